// The time all processes share, estimated from samples: over every combination of skew, round trip,
// step and silence the estimate is as good as it says, and doubt comes before a wrong decision.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSharedClock, type Sample } from '../../src/nodes/shared-clock.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

/** A machine and a database with clocks of their own, and a network between them. */
const createWorld = () => {
  const machine = createVirtualClock()
  let databaseAhead = 0
  const database = () => Date.UTC(2026, 10, 23) + machine.monotonicNow() + databaseAhead
  const shared = createSharedClock(machine)
  const ask = async (thereMs = 1, backMs = 1): Promise<Sample> => {
    const askedAt = machine.monotonicNow()
    await machine.advanceBy(thereMs)
    const sharedMs = database()
    await machine.advanceBy(backMs)
    return { askedAt, answeredAt: machine.monotonicNow(), sharedMs }
  }
  return {
    machine,
    database,
    shared,
    ask,
    learn: async (...trips: readonly (readonly [number, number])[]) => {
      const samples: Sample[] = []
      for (const [there, back] of trips) samples.push(await ask(there, back))
      return shared.learn(samples)
    },
    stepDatabase: (ms: number) => void (databaseAhead += ms),
  }
}

test('the shared time is known to within half the quickest round trip', async () => {
  const trip = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }))
  await fc.assert(
    fc.asyncProperty(
      fc.array(trip, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: -1e9, max: 1e9 }),
      async (trips, skewMs) => {
        const { shared, database, learn, stepDatabase } = createWorld()
        stepDatabase(skewMs)
        await learn(...trips)
        const quickest = Math.min(...trips.map(([there, back]) => there + back))
        expect(Math.abs(shared.now() - database())).toBeLessThanOrEqual(quickest / 2 + 1)
      },
    ),
    { numRuns: 100 },
  )
})

test('a poor measurement does not spoil a good one', async () => {
  const { shared, database, learn } = createWorld()
  await learn([0.2, 0.2])
  expect(await learn([0, 380])).toEqual([])
  expect(Math.abs(shared.now() - database())).toBeLessThanOrEqual(1)
})

test('a clock nobody has asked about is not trusted', () => {
  const { shared, machine } = createWorld()
  expect(shared.trust()).toEqual({ trusted: false, because: 'unknown', offsetMs: null })
  expect(shared.now()).toBe(machine.now())
})

test('a machine that is off by more than a second is not trusted, though it knows the time', async () => {
  const { shared, database, machine, learn } = createWorld()
  machine.stepWall(1_500)
  await learn([1, 1])
  expect(shared.trust()).toMatchObject({ trusted: false, because: 'off' })
  expect(shared.trust().offsetMs).toBeCloseTo(1_500, -1)
  expect(Math.abs(shared.now() - database())).toBeLessThanOrEqual(1)
})

test('a step of the machine is doubted at once, named when asked, and does not move the time', async () => {
  const { shared, database, machine, learn } = createWorld()
  await learn([1, 1])
  expect(shared.trust()).toMatchObject({ trusted: true })
  machine.stepWall(-3_600_000)
  expect(shared.trust()).toMatchObject({ trusted: false, because: 'unknown' })
  expect(Math.abs(shared.now() - database())).toBeLessThanOrEqual(1)
  expect(await learn([1, 1])).toEqual([{ clock: 'machine', byMs: -3_600_000 }])
  expect(shared.trust()).toMatchObject({ trusted: false, because: 'off' })
  machine.stepWall(3_600_000)
  await learn([1, 1])
  expect(shared.trust()).toMatchObject({ trusted: true })
})

test('a step of the shared clock is followed and named', async () => {
  const { shared, database, machine, learn, stepDatabase } = createWorld()
  await learn([1, 1])
  stepDatabase(60_000)
  machine.stepWall(60_000)
  const steps = await learn([1, 1])
  expect(steps.map(({ clock }) => clock)).toEqual(['machine', 'shared'])
  expect(Math.abs(shared.now() - database())).toBeLessThanOrEqual(1)
  expect(shared.trust()).toMatchObject({ trusted: true })
})

test('without an answer for long enough the time is not certain any more', async () => {
  const { shared, machine, learn } = createWorld()
  await learn([1, 1])
  await machine.advanceBy(10 * 60_000)
  expect(shared.trust()).toMatchObject({ trusted: true })
  await machine.advanceBy(60 * 60_000)
  expect(shared.trust()).toMatchObject({ trusted: false, because: 'unknown' })
})
