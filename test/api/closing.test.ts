import { expect, test } from 'vitest'
import { startApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'

const gate = () => {
  let release = (): void => undefined
  const opened = new Promise<void>((resolve) => (release = resolve))
  let entered = (): void => undefined
  const reached = new Promise<void>((resolve) => (entered = resolve))
  return {
    release: () => release(),
    reached,
    pause: async () => {
      entered()
      await opened
    },
  }
}

test('closing finishes what is under way and accepts nothing more', async () => {
  const { release, reached, pause } = gate()
  const api = await startApi({
    faults: { pause: (at) => (at === 'append' ? pause() : Promise.resolve()) },
  })
  const inFlight = api.post('/dispatchserver/add.do', cronAdd())
  await reached
  const closed = api.close(5_000)
  await expect(fetch(`${api.url}/health/live`)).rejects.toThrow()
  release()
  const reply = await inFlight
  expect(reply.json.success).toBe(true)
  expect(reply.headers.get('connection')).toBe('close')
  await closed
})

test('closing does not wait for ever', async () => {
  const { release, reached, pause } = gate()
  const api = await startApi({
    faults: { pause: (at) => (at === 'append' ? pause() : Promise.resolve()) },
  })
  const inFlight = api.post('/dispatchserver/add.do', cronAdd())
  const cutOff = expect(inFlight).rejects.toThrow()
  await reached
  await api.close(50)
  await cutOff
  release()
})
