// Bodies that are too large, too slow, or never end: each is answered or let go within its limits,
// and stores nothing.
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startApi, type TestApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi({
    settings: { body: { bytesMax: 500_000, timeoutMs: 150 }, headersTimeoutMs: 300 },
  })
})
afterEach(() => api.close())

const head = (length: string): string =>
  `POST /dispatchserver/add.do HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${length}\r\n\r\n`

const open = async (): Promise<Socket> => {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** What arrives until there is a whole answer or the other side hangs up. */
const answerOn = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (text.includes('"resultValue"')) resolve(text)
    })
    socket.on('close', () => resolve(text))
  })

describe('a body', () => {
  test('that is too large is refused with its limit, sent whole or only announced', async () => {
    const reply = await api.post('/dispatchserver/add.do', 'x'.repeat(600_000))
    expect(reply.json.error).toContain('larger than 500000 bytes')
    const socket = await open()
    socket.write(`${head('Content-Length: 1000000000')}{"replace"`)
    expect(await answerOn(socket)).toContain('larger than 500000 bytes')
    await once(socket, 'close')
  })

  test('that is too large without saying so is refused while it arrives', async () => {
    const socket = await open()
    socket.write(head('Transfer-Encoding: chunked'))
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const feeding = setInterval(() => socket.write(chunk), 1)
    expect(await answerOn(socket)).toContain('larger than 500000 bytes')
    clearInterval(feeding)
    socket.destroy()
  })

  test('that does not arrive in time is refused, and its connection let go', async () => {
    const socket = await open()
    socket.write(`${head('Content-Length: 100')}{"replace"`)
    expect(await answerOn(socket)).toContain('did not arrive within 150 ms')
    await once(socket, 'close')
  })

  test('whose sender goes away in the middle leaves nothing behind', async () => {
    const socket = await open()
    socket.write(`${head('Content-Length: 100000')}${JSON.stringify(cronAdd())}`)
    socket.destroy()
    await once(socket, 'close')
    expect((await api.post('/dispatchserver/add.do', cronAdd())).json.success).toBe(true)
    expect(api.log()).toHaveLength(1)
  })

  test('behind headers that never end is not waited for', async () => {
    const socket = await open()
    socket.write('POST /dispatchserver/add.do HTTP/1.1\r\nHost: x\r\n')
    expect(await answerOn(socket)).toContain('408')
  })

  test('may follow another one on the same connection', async () => {
    const socket = await open()
    const body = JSON.stringify({ jobName: 'a', groupName: 'b' })
    const whole = head(`Content-Length: ${body.length}`).replace('add', 'pause') + body
    socket.write(whole + whole)
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    await expect.poll(() => text.split('Task b/a does not exist').length).toBeGreaterThan(4)
    socket.destroy()
  })
})
