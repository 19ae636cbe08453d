// The example callee, run as a newcomer runs it.
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { startApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'

const script = fileURLToPath(new URL('../../examples/receiver.js', import.meta.url))
let receiver: ChildProcess | undefined
afterEach(() => receiver?.kill('SIGKILL'))

const start = async (...options: readonly string[]) => {
  const child = spawn(process.execPath, [script, '--port', '0', ...options])
  receiver = child
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
  await expect.poll(() => output, { timeout: 10_000 }).toContain('waiting for callbacks on ')
  const url = /http:\S+/.exec(output)?.[0] ?? ''
  return { url, output: () => output }
}

const callback = (url: string, runId: string, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { logId: runId, 'X-Carillon-Task': 'default/demo/%E4%B8%AD', ...headers },
    body: JSON.stringify({ data: { hello: 'world' }, tasklogid: runId }),
  }).then((response) => response.json())

const runId = 'a'.repeat(32)

test('prints task, lateness and payload, and answers success', async () => {
  const { url, output } = await start()
  const scheduledFor = new Date(Date.now() - 250).toISOString()
  const headers = { 'X-Carillon-Scheduled-For': scheduledFor, 'X-Carillon-Attempt': '2' }
  expect(await callback(url, runId, headers)).toEqual({ success: true })
  expect(await callback(url, runId)).toEqual({ success: true })
  await expect.poll(output).toMatch(/#1 .* default\/demo\/中: .*, \d+ ms late, attempt 2 \{"hello"/)
  await expect.poll(output).toMatch(/#2 .*: run now/)
})

test('can fail', async () => {
  const { url } = await start('--fail')
  expect(await callback(url, runId)).toEqual({ success: false })
})

test('can answer later, and reports the end by itself', async () => {
  const api = await startApi()
  try {
    await api.post('/dispatchserver/add.do', cronAdd())
    const key = { groupName: 'g1', jobName: 'job1' }
    const run = (await api.post('/dispatchserver/trigger.do', key)).json.resultValue as string
    const { url } = await start('--async', '--slow', '20', '--carillon', api.url)
    expect(await callback(url, run)).toEqual({ asynchronized: true })
    await expect.poll(() => api.log().at(-1)?.type).toBe('RecallSucceeded')
  } finally {
    await api.close()
  }
})
