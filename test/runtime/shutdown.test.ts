// Stopping is ordered, happens once, and is held up by nobody.
import { expect, test } from 'vitest'
import { createLog } from '../../src/runtime/log.ts'
import { createShutdown, shutdownOnSignals } from '../../src/runtime/shutdown.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const setUp = () => {
  const clock = createVirtualClock()
  const lines: string[] = []
  const log = createLog({
    level: 'info',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  })
  const shutdown = createShutdown(clock, log)
  const stopped: string[] = []
  const stops = (name: string) => ({
    name,
    timeoutMs: 100,
    stop: () => void stopped.push(name),
  })
  return { clock, log, lines, shutdown, stopped, stops }
}

test('what was started last stops first, and only once', async () => {
  const { shutdown, stopped, stops } = setUp()
  shutdown.register(stops('postgres'))
  shutdown.register(stops('scheduler'))
  shutdown.register(stops('http'))
  expect(shutdown.signal.aborted).toBe(false)
  const [first, second] = await Promise.all([shutdown.begin('test'), shutdown.begin('again')])
  expect([first, second]).toEqual([true, true])
  expect(stopped).toEqual(['http', 'scheduler', 'postgres'])
  expect(shutdown.signal.aborted).toBe(true)
})

test('a step waits for the one before it', async () => {
  const { clock, shutdown, stopped, stops } = setUp()
  shutdown.register(stops('postgres'))
  shutdown.register({
    name: 'drain',
    timeoutMs: 100,
    stop: () =>
      new Promise((resolve) => {
        clock.setTimer(50, () => {
          stopped.push('drain')
          resolve()
        })
      }),
  })
  const ended = shutdown.begin('test')
  await clock.advanceBy(49)
  expect(stopped).toEqual([])
  await clock.advanceBy(1)
  expect(await ended).toBe(true)
  expect(stopped).toEqual(['drain', 'postgres'])
})

test('a step that hangs and one that fails are named, and the others still run', async () => {
  const { clock, lines, shutdown, stopped, stops } = setUp()
  shutdown.register(stops('postgres'))
  shutdown.register({ name: 'hangs', timeoutMs: 100, stop: () => new Promise(() => undefined) })
  shutdown.register({
    name: 'fails',
    timeoutMs: 100,
    stop: () => {
      throw new Error('broken')
    },
  })
  const ended = shutdown.begin('test')
  await clock.advanceBy(100)
  expect(await ended).toBe(false)
  expect(stopped).toEqual(['postgres'])
  expect(lines.find((line) => line.includes('"fails"'))).toContain('broken')
  expect(lines.find((line) => line.includes('"hangs"'))).toContain('did not stop in time')
})

const signals = () => {
  const listeners = new Map<string, (signal: NodeJS.Signals) => void>()
  const exits: number[] = []
  const source = {
    on: (signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void) =>
      listeners.set(signal, listener),
    exit: (code: number) => void exits.push(code),
  }
  const send = (signal: NodeJS.Signals) => listeners.get(signal)!(signal)
  return { exits, source, send }
}

test('a signal stops everything, then ends the process with 0', async () => {
  const { clock, log, shutdown, stopped, stops } = setUp()
  const { exits, source, send } = signals()
  shutdownOnSignals(clock, log, shutdown, source)
  shutdown.register(stops('all'))
  send('SIGTERM')
  await clock.settle()
  expect(stopped).toEqual(['all'])
  expect(exits).toEqual([0])
})

test('the same Ctrl-C arriving twice is one; pressed again it leaves at once and says so', async () => {
  const { clock, lines, log, shutdown } = setUp()
  const { exits, source, send } = signals()
  shutdownOnSignals(clock, log, shutdown, source)
  shutdown.register({ name: 'drain', timeoutMs: 10_000, stop: () => new Promise(() => undefined) })
  send('SIGINT')
  await clock.advanceBy(20)
  send('SIGINT')
  expect(exits).toEqual([])
  await clock.advanceBy(1_000)
  send('SIGINT')
  expect(exits).toEqual([130])
  expect(lines.at(-1)).toContain('second signal')
})
