// Terms of office on the virtual clock: two processes, one lease, and every way to lose it.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, test } from 'vitest'
import type { Candidate, LeaseHeld, LeaseStore } from '../../src/scheduler/lease/lease.ts'
import { createTerms, type Term } from '../../src/scheduler/lease/terms.ts'
import type { Scheduler } from '../../src/scheduler/scheduler.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const leaseMs = 15_000
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** One lease, by the rules of the real one, and connections that can be cut. */
const createWorld = () => {
  const clock = createVirtualClock()
  const cut = new Set<string>()
  const dead = new Set<string>()
  const unsure = new Set<string>()
  let row: (LeaseHeld & { endsAt: number }) | null = null

  const storeOf = (node: string): LeaseStore => {
    const unlessCut = <A>(answer: () => A) =>
      cut.has(node)
        ? TE.left({ type: 'LeaseUnavailable' as const, reason: 'cut off' })
        : TE.fromIO(answer)
    return {
      look: () => unlessCut(() => row),
      hold: (candidate, ms, instead) =>
        unlessCut(() => {
          const holder = row?.holder.node
          const now = clock.monotonicNow()
          if (row === null || holder === node || row.endsAt <= now || holder === instead) {
            const before = holder === node ? (row?.before ?? null) : (holder ?? null)
            row = { holder: candidate, before, endsAt: now + ms }
          }
          return row
        }),
      release: () =>
        unlessCut(() => {
          if (row?.holder.node === node) row.endsAt = clock.monotonicNow()
        }),
    }
  }

  const start = (node: string) => {
    const terms: Term[] = []
    const candidate: Candidate = { node, place: 'here', pid: 1 }
    const begin = (term: Term): Scheduler => {
      terms.push(term)
      let end = () => {}
      const ended = new Promise<void>((resolve) => (end = resolve))
      return {
        run: () => ended,
        status: () => ({
          caughtUp: true,
          position: null,
          queued: 0,
          calling: 0,
          nextWakeAt: null,
        }),
        stop: () => {
          end()
          return Promise.resolve({ unfinished: 0 })
        },
      }
    }
    const process = createTerms({
      lease: storeOf(node),
      candidate,
      leaseMs,
      clock: { ...clock, breathe: () => Promise.resolve() },
      log: silent,
      hasEnded: ({ node: other }) => dead.has(other),
      isSure: () => !unsure.has(node),
      begin,
    })
    const running = process.run()
    return { ...process, running, terms, schedules: () => terms.at(-1)?.inOffice() === true }
  }

  return { clock, cut, dead, unsure, start }
}

test('of two processes the first schedules and the second stands by', async () => {
  const { clock, start } = createWorld()
  const [a, b] = [start('a'), start('b')]
  await clock.advanceBy(10 * leaseMs)
  expect([a.terms.length, b.terms.length]).toEqual([1, 0])
  expect([a.schedules(), b.schedules()]).toEqual([true, false])
  expect(a.status()).not.toBeNull()
  expect(b.status()).toBeNull()
})

test('a process that stops hands over at once, and is named', async () => {
  const { clock, start } = createWorld()
  const [a, b] = [start('a'), start('b')]
  await clock.advanceBy(1_000)
  await a.stop(0)
  await a.running
  await clock.advanceBy(1_000)
  expect(b.schedules()).toBe(true)
  expect(b.terms[0]?.predecessor).toBe('a')
})

test('a process cut off stops by itself before another takes over', async () => {
  const { clock, cut, start } = createWorld()
  const [a, b] = [start('a'), start('b')]
  await clock.advanceBy(3_000)
  cut.add('a')
  let both = 0
  let neither = 0
  for (let ms = 0; ms < 2 * leaseMs; ms += 100) {
    await clock.advanceBy(100)
    if (a.schedules() && b.schedules()) both += 1
    if (!a.schedules() && !b.schedules()) neither += 1
  }
  expect(both).toBe(0)
  expect(neither * 100).toBeLessThanOrEqual(leaseMs)
  expect(b.schedules()).toBe(true)
  expect(a.status()).toBeNull()
})

test('a term that was once doubtful is over, also when the lease is still ours', async () => {
  const { clock, cut, start } = createWorld()
  const a = start('a')
  await clock.advanceBy(1_000)
  cut.add('a')
  await clock.advanceBy(leaseMs)
  expect(a.schedules()).toBe(false)
  cut.delete('a')
  await clock.advanceBy(3_000)
  expect(a.schedules()).toBe(true)
  expect(a.terms.map(({ inOffice }) => inOffice())).toEqual([false, true])
})

test('the lease of a process that is known to have ended is taken at once', async () => {
  const { clock, cut, dead, start } = createWorld()
  start('a')
  await clock.advanceBy(500)
  cut.add('a')
  dead.add('a')
  const b = start('b')
  await clock.advanceBy(100)
  expect(b.schedules()).toBe(true)
})

test('a process that cannot tell the time hands over, and asks again once it can', async () => {
  const { clock, unsure, start } = createWorld()
  const [a, b] = [start('a'), start('b')]
  await clock.advanceBy(1_000)
  unsure.add('a')
  expect([a.schedules(), b.schedules()]).toEqual([false, false])
  await clock.advanceBy(leaseMs / 5 + 1_000)
  expect([a.status(), b.schedules()]).toEqual([null, true])
  unsure.delete('a')
  await b.stop(0)
  await clock.advanceBy(1_000)
  expect(a.schedules()).toBe(true)
})

test('a lease that cannot be read is asked for until it can', async () => {
  const { clock, cut, start } = createWorld()
  cut.add('a')
  const a = start('a')
  await clock.advanceBy(5_000)
  expect(a.schedules()).toBe(false)
  cut.delete('a')
  await clock.advanceBy(1_000)
  expect(a.schedules()).toBe(true)
})
