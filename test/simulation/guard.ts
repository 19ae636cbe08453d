// The body of a simulated process: everything it awaits passes through here, so that it can be killed
// at any await, or stand still for a while as after SIGSTOP. What it had already handed over takes
// effect all the same, as it would in the world.
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore, LogPage } from '../../src/event-store/event-store.ts'
import { offMaxMs } from '../../src/nodes/shared-clock.ts'
import type { SchedulerClock } from '../../src/scheduler/ports.ts'
import type { World } from './world.ts'

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

export interface Body {
  readonly isAlive: () => boolean
  readonly isAwake: () => boolean
  readonly kill: (why: string) => void
  /** Stands still; its monotonic clock goes on. */
  readonly suspend: (forMs: number) => void
  /** Somebody sets this machine's clock. */
  readonly stepClock: (ms: number) => void
  readonly setClockRight: () => void
  readonly clock: SchedulerClock
  /** A request that leaves the process and comes back. */
  readonly through: <T>(work: () => Promise<T>) => Promise<T>
  /** As `through`, and now and then the request fails. */
  readonly flaky: <L, A>(fault: L, work: () => Promise<E.Either<L, A>>) => Promise<E.Either<L, A>>
  readonly subscribe: EventStore['subscribe']
}

export const createBody = (world: World, name: string): Body => {
  const { clock, trace, goesWrong } = world
  const death = new AbortController()
  let alive = true
  let offMs = 0
  let wrong: World['wrongTimes'][number] | null = null
  let awake = true
  let whenAwake: (() => void)[] = []

  // Time stands still while something happens again and again: it would do so for ever.
  let stoodAt = -1
  let happened = 0
  const noteHappening = (): void => {
    const at = clock.monotonicNow()
    happened = at === stoodAt ? happened + 1 : 0
    stoodAt = at
    if (happened < happenedMax || !alive) return
    world.giveUp(`${name} goes round in circles`)
    kill('it goes round in circles')
  }
  const kill = (why: string): void => {
    if (!alive) return
    trace.note(name, `is killed: ${why}`)
    alive = false
    world.deaths.set(name, clock.monotonicNow())
    death.abort()
  }
  const wake = (): void => {
    if (alive) trace.note(name, 'goes on')
    awake = true
    const waiting = whenAwake
    whenAwake = []
    for (const go of waiting) go()
  }
  const onceAwake = (): Promise<void> =>
    awake ? Promise.resolve() : new Promise((resolve) => whenAwake.push(resolve))
  const isAlive = (): boolean => alive
  const setOff = (ms: number): void => {
    const isWrong = Math.abs(ms) > 2 * offMaxMs
    if (wrong !== null && !isWrong) wrong.until = clock.now()
    if (wrong === null && isWrong) {
      wrong = { node: name, from: clock.now(), until: Infinity }
      world.wrongTimes.push(wrong)
    }
    if (!isWrong) wrong = null
    offMs = ms
  }

  const through = async <T>(work: () => Promise<T>): Promise<T> => {
    if (goesWrong(killAtAwait)) kill('before a request')
    noteHappening()
    if (!isAlive()) return never()
    const result = await work()
    if (goesWrong(killAtAwait)) kill('before an answer')
    await onceAwake()
    return isAlive() ? result : never()
  }

  const ring = (callback: () => void): void => {
    if (!alive) return
    if (awake) callback()
    else whenAwake.push(() => alive && callback())
  }

  return {
    isAlive,
    isAwake: () => awake,
    kill,
    suspend: (forMs) => {
      if (!alive || !awake) return
      trace.note(name, `stands still for ${forMs} ms`)
      awake = false
      clock.setTimer(forMs, wake)
    },
    stepClock: (ms) => {
      trace.note(name, `has its clock set by ${ms} ms`)
      setOff(offMs + ms)
    },
    setClockRight: () => {
      if (offMs !== 0) trace.note(name, 'has its clock set right')
      setOff(0)
    },
    clock: {
      now: () => clock.now() + offMs,
      monotonicNow: () => clock.monotonicNow(),
      setTimer: (delayMs, callback) => {
        noteHappening()
        return clock.setTimer(delayMs, () => ring(callback))
      },
      breathe: () => through(() => Promise.resolve()),
    },
    through,
    flaky: (fault, work) =>
      through(() => (goesWrong(0.01) ? Promise.resolve(E.left(fault)) : work())),
    subscribe: async function* (options): AsyncGenerator<LogPage, void, undefined> {
      const signal = AbortSignal.any([options.signal, death.signal])
      for await (const page of world.store.subscribe({ ...options, signal })) {
        await onceAwake()
        if (!isAlive()) return
        yield page
      }
    },
  }
}

/** Requests and timers of one process at one instant. */
const happenedMax = 5_000
const killAtAwait = 0.000_15
