// Several processes and their shares on the virtual clock: how the tasks spread, and every way to
// come, to go, and to fall silent.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, test } from 'vitest'
import { RunId } from '../../../src/domain/task/ids.ts'
import { createMemoryOwnership } from '../../../src/scheduler/ownership/memory-ownership-store.ts'
import type {
  CallSeen,
  OwnershipStore,
  Taken,
} from '../../../src/scheduler/ownership/ownership-store.ts'
import { createOwnership, type Office } from '../../../src/scheduler/ownership/ownership.ts'
import { assignShares, shareOf, sharesTotal } from '../../../src/scheduler/ownership/shares.ts'
import type { Scheduler } from '../../../src/scheduler/scheduler.ts'
import { right } from '../../support/either.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const leaseMs = 15_000
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

type Call = Omit<CallSeen, 'node'>

/** A scheduler that only remembers what it was told. */
const createTold = () => {
  const shares = new Map<number, Taken>()
  const told = { calls: [] as readonly Call[], leftToOthers: [] as readonly Call[] }
  let end = () => {}
  const ended = new Promise<void>((resolve) => (end = resolve))
  const scheduler: Scheduler = {
    run: () => ended,
    status: () => ({
      caughtUp: true,
      position: null,
      shares: [...shares.keys()],
      adopting: 0,
      queued: 0,
      calling: told.calls.length,
      nextWakeAt: null,
    }),
    takeOn: (taken) => taken.forEach((one) => shares.set(one.share, one)),
    handOver: (gone) => {
      gone.forEach((share) => shares.delete(share))
      return Promise.resolve()
    },
    drop: (gone) => gone.forEach((share) => shares.delete(share)),
    leaveToOthers: (calls) => (told.leftToOthers = calls),
    callsUnderWay: () => told.calls,
    stop: () => {
      end()
      return Promise.resolve({ unfinished: 0 })
    },
  }
  return { scheduler, shares, told }
}

const createWorld = () => {
  const clock = createVirtualClock()
  const cut = new Set<string>()
  const dead = new Set<string>()
  const unsure = new Set<string>()
  /** The store's clock against the one that nobody sets. */
  const storeClock = { offMs: 0 }
  const { store, holderOf } = createMemoryOwnership({
    now: () => clock.monotonicNow() + storeClock.offMs,
    checkpointOf: () => null,
  })

  const cuttable = (node: string): OwnershipStore => {
    const unlessCut =
      <Args extends unknown[], L, A>(work: (...args: Args) => TE.TaskEither<L, A>) =>
      (...args: Args) =>
        cut.has(node)
          ? TE.left({ type: 'OwnershipUnavailable' as const, reason: 'cut off' })
          : work(...args)
    return {
      succeed: store.succeed,
      beat: unlessCut(store.beat),
      look: unlessCut(store.look),
      take: unlessCut(store.take),
      release: unlessCut(store.release),
      callsEnded: unlessCut(store.callsEnded),
      forget: unlessCut(store.forget),
      leave: unlessCut(store.leave),
    }
  }

  const start = (node: string) => {
    const { scheduler, shares, told } = createTold()
    let inOffice: Office['inOffice'] = () => false
    const ownership = createOwnership({
      ownership: cuttable(node),
      member: { node, place: 'here', pid: 1 },
      leaseMs,
      store: { comparePositions: () => 0 },
      clock: { ...clock, breathe: () => Promise.resolve() },
      log: silent,
      hasEnded: ({ node: other }) => dead.has(other),
      isSure: () => !unsure.has(node),
      scheduler: (office) => {
        inOffice = office.inOffice
        return scheduler
      },
    })
    const running = ownership.run()
    const acts = (share: number): boolean => inOffice() && shares.has(share)
    return { ...ownership, node, running, shares, told, acts }
  }

  /** How many processes act in each share: none, one, or several. */
  const actingIn = (processes: readonly ReturnType<typeof start>[]) => {
    const counts = { nobody: 0, one: 0, several: 0 }
    for (let share = 0; share < sharesTotal; share += 1) {
      const acting = processes.filter(({ acts }) => acts(share)).length
      counts[acting === 0 ? 'nobody' : acting === 1 ? 'one' : 'several'] += 1
    }
    return counts
  }

  return { clock, storeClock, cut, dead, unsure, start, actingIn, holderOf, store }
}

const everyShareOnce = { nobody: 0, one: sharesTotal, several: 0 }

test('a process alone looks after everything at once', async () => {
  const { clock, start, actingIn } = createWorld()
  const a = start('a')
  await clock.settle()
  expect(actingIn([a])).toEqual(everyShareOnce)
})

test('tasks spread over those who are there, and no share is in two hands meanwhile', async () => {
  const { clock, start, actingIn } = createWorld()
  const processes = [start('a')]
  await clock.advanceBy(3_000)
  for (const name of ['b', 'c']) {
    processes.push(start(name))
    for (let ms = 0; ms < 3_000; ms += 50) {
      await clock.advanceBy(50)
      expect(actingIn(processes).several).toBe(0)
    }
    expect(actingIn(processes)).toEqual(everyShareOnce)
    for (const { shares } of processes)
      expect(shares.size).toBeGreaterThan(sharesTotal / processes.length / 3)
  }
})

test('a process that stops hands its shares over within a moment, and is named', async () => {
  const { clock, start, actingIn } = createWorld()
  const [a, b] = [start('a'), start('b')]
  await clock.advanceBy(5_000)
  const formerly = [...a.shares.keys()]
  void a.stop(0)
  await clock.advanceBy(400)
  await a.running
  expect(actingIn([b])).toEqual(everyShareOnce)
  expect(formerly.map((share) => b.shares.get(share)?.before)).toEqual(formerly.map(() => 'a'))
})

test('calls under way are left to the process that gave their shares up, until they end', async () => {
  const { clock, start } = createWorld()
  const a = start('a')
  const owners = assignShares(['a', 'b'])
  const streams = Array.from({ length: 99 }, (_, n) => `task-default/group/job-${n}`)
  const stream = streams.find((name) => owners[shareOf(name)] === 'b') ?? ''
  const runId = right(RunId.decode('0'.repeat(32)))
  a.told.calls = [{ runId, stream }]
  const b = start('b')
  await clock.advanceBy(5_000)
  expect(b.acts(shareOf(stream))).toBe(true)
  expect(b.told.leftToOthers).toEqual([{ runId, stream, node: 'a' }])
  a.told.calls = []
  await clock.advanceBy(500)
  expect(b.told.leftToOthers).toEqual([])
})

test('a process cut off stops by itself before another takes over', async () => {
  const { clock, cut, start, actingIn } = createWorld()
  const [a, b] = [start('a'), start('b')]
  await clock.advanceBy(5_000)
  cut.add('a')
  let without = 0
  for (let ms = 0; ms < 2 * leaseMs; ms += 100) {
    await clock.advanceBy(100)
    const { nobody, several } = actingIn([a, b])
    expect(several).toBe(0)
    if (nobody > 0) without += 100
  }
  expect(without).toBeLessThanOrEqual(leaseMs)
  expect(actingIn([b])).toEqual(everyShareOnce)
  cut.delete('a')
  await clock.advanceBy(3_000)
  expect(actingIn([a, b])).toEqual(everyShareOnce)
  expect(a.shares.size).toBeGreaterThan(0)
})

test('a right that was once doubtful is over, also when nobody took the shares', async () => {
  const { clock, cut, start } = createWorld()
  const a = start('a')
  await clock.advanceBy(1_000)
  const first = a.shares.get(0)
  cut.add('a')
  await clock.advanceBy(leaseMs)
  expect(a.acts(0)).toBe(false)
  cut.delete('a')
  await clock.advanceBy(3_000)
  expect(a.acts(0)).toBe(true)
  expect(a.shares.get(0)).not.toBe(first)
})

test('the shares of a process that is known to have ended are taken at once', async () => {
  const { clock, cut, dead, start, actingIn } = createWorld()
  const [, b] = [start('a'), start('b')]
  await clock.advanceBy(5_000)
  cut.add('a')
  dead.add('a')
  await clock.advanceBy(1_000)
  expect(actingIn([b])).toEqual(everyShareOnce)
})

test("the store's clock set back keeps no dead process's shares from the living", async () => {
  const { clock, storeClock, cut, start, actingIn } = createWorld()
  const [, b] = [start('a'), start('b')]
  await clock.advanceBy(5_000)
  cut.add('a')
  storeClock.offMs = -3_600_000
  await clock.advanceBy(leaseMs)
  expect(actingIn([b])).toEqual(everyShareOnce)
})

test("the store's clock set forward makes nobody's shares change hands", async () => {
  const { clock, storeClock, start } = createWorld()
  const [a, b] = [start('a'), start('b')]
  await clock.advanceBy(5_000)
  const before = [[...a.shares], [...b.shares]]
  storeClock.offMs = 3_600_000
  for (let ms = 0; ms < 2 * leaseMs; ms += 100) {
    await clock.advanceBy(100)
    expect([[...a.shares], [...b.shares]]).toEqual(before)
  }
})

test('after an outage of the store those who waited for it keep what is theirs', async () => {
  const { clock, cut, start, actingIn } = createWorld()
  const [a, b] = [start('a'), start('b')]
  await clock.advanceBy(5_000)
  const held = [a.shares.size, b.shares.size]
  cut.add('a').add('b')
  await clock.advanceBy(4 * leaseMs)
  cut.delete('b')
  await clock.advanceBy(500)
  cut.delete('a')
  for (let ms = 0; ms < 5_000; ms += 100) {
    await clock.advanceBy(100)
    expect(b.shares.size).toBeLessThanOrEqual(held[1] ?? 0)
  }
  expect(actingIn([a, b])).toEqual(everyShareOnce)
  expect([a.shares.size, b.shares.size]).toEqual(held)
})

test('a process that starts long after the others ended need not wait for their leases', async () => {
  const { clock, cut, start, actingIn } = createWorld()
  start('a')
  await clock.advanceBy(5_000)
  cut.add('a')
  await clock.advanceBy(2 * leaseMs)
  const b = start('b')
  await clock.settle()
  expect(actingIn([b])).toEqual(everyShareOnce)
})

test('a process that cannot tell the time hands over, and takes part again once it can', async () => {
  const { clock, unsure, start, actingIn } = createWorld()
  const [a, b] = [start('a'), start('b')]
  await clock.advanceBy(5_000)
  unsure.add('a')
  expect(actingIn([a]).one).toBe(0)
  await clock.advanceBy(1_000)
  expect(actingIn([b])).toEqual(everyShareOnce)
  unsure.delete('a')
  await clock.advanceBy(1_000)
  expect(actingIn([a, b])).toEqual(everyShareOnce)
  expect(a.shares.size).toBeGreaterThan(0)
})

test('who schedules what is asked for until it is answered', async () => {
  const { clock, cut, start, actingIn } = createWorld()
  cut.add('a')
  const a = start('a')
  await clock.advanceBy(5_000)
  expect(actingIn([a]).one).toBe(0)
  cut.delete('a')
  await clock.advanceBy(1_000)
  expect(actingIn([a])).toEqual(everyShareOnce)
})

test('nothing is left behind in the tables by those who stopped', async () => {
  const { clock, start, store, holderOf } = createWorld()
  const a = start('a')
  await clock.advanceBy(1_000)
  void a.stop(0)
  await clock.advanceBy(1_000)
  await a.running
  const seen = right(await store.look({ node: 'nobody', place: '', pid: 0 })())
  expect(seen.members).toEqual([])
  expect(holderOf(0)).toBeNull()
})
