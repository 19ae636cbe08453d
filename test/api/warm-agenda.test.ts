// What is asked of the whole agenda is read and counted before anybody asks.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createInterest } from '../../src/api/v1/agenda/interest.ts'
import { createRosterKeeper } from '../../src/api/v1/agenda/roster.ts'
import { surveyLoad, surveyUpcoming } from '../../src/api/v1/agenda/survey.ts'
import { keepAgendaWarm } from '../../src/api/v1/agenda/warm.ts'
import { bucketEdges } from '../../src/domain/agenda/buckets.ts'
import { noCalendars } from '../../src/domain/calendar/snapshot.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { utc } from '../../src/domain/schedule/zone.ts'
import { defaultPolicy } from '../../src/domain/task/definition.ts'
import { createLog } from '../../src/runtime/log.ts'
import type { StandingRow } from '../../src/projections/plans/queries.ts'
import { cron, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const log = createLog({ level: 'silent', format: 'json' })
const begin = Date.UTC(2026, 10, 23, 8, 0, 30)
const id = taskId('nightly', 'billing')
const row: StandingRow = {
  ...id,
  ...{ seq: 7, taskNo: 1, status: 'Active', pausedUntil: null, startAt: null, repeatCount: 0 },
  schedule: cron('0 0 2 * * ?'),
}

/** A service that has read ahead once. */
const warmed = async () => {
  const clock = createVirtualClock(begin)
  const readFrom: number[] = []
  const roster = createRosterKeeper({
    standings: ({ seq }) => {
      readFrom.push(seq)
      const items = seq < row.seq ? [row] : []
      return TE.right({ items, version: 1, events: 9, freshness: { position: null, ageMs: null } })
    },
  })
  const now = () => instantAt(clock.now())
  const useCases = { now, planningContext: () => ({ calendars: noCalendars, tzVersion: 'test' }) }
  const taskDefaults = {
    ...{ zone: 'UTC', misfireThresholdMs: 60_000, catchUpMax: 100, policy: defaultPolicy },
  }
  const stopping = new AbortController()
  onTestFinished(() => stopping.abort())
  const interest = createInterest(clock)
  const deps = { clock, log, useCases, taskDefaults }
  void keepAgendaWarm(deps, { roster, interest }, stopping.signal)
  const isAtRest = () => vi.waitUntil(() => clock.nextTimerAt() !== null)
  await isAtRest()
  const goOn = async (ms: number): Promise<void> => {
    await clock.advanceBy(ms)
    await isAtRest()
  }
  const rules = async () => right(await roster.current(id.tenant, noCalendars)).rules.all()
  return { readFrom, now, goOn, rules, interest }
}

test('what was read ahead is not read again', async () => {
  const { readFrom, now, rules } = await warmed()
  expect(readFrom).toEqual([0])
  const set = await rules()
  expect(readFrom.at(-1)).toBe(row.seq)
  const to = instantAt(now() + 86_400_000)
  const upcoming = await surveyUpcoming(set, { at: now(), taskId: null }, to, {
    ...{ walker: 'now', limit: 1 },
  })
  expect(upcoming.fires).toHaveLength(1)
})

test.each([
  ['minute', 3_600_000],
  ['hour', 86_400_000],
  ['hour', 7 * 86_400_000],
] as const)(
  'what a window by the %s of %i ms takes up with time has been counted',
  async (step, lengthMs) => {
    const { now, goOn, rules, interest } = await warmed()
    interest.note()
    for (let n = 0; n < 10; n += 1) await goOn(20_000)
    await goOn(15_000) // another minute has begun
    const set = await rules()
    const visits = visitsOf(set.weights)
    await surveyLoad(set, bucketEdges(now(), instantAt(now() + lengthMs), step, utc))
    expect(visits()).toBe(0)
    await surveyLoad(set, bucketEdges(now(), instantAt(now() + lengthMs / 2 + 7), step, utc))
    expect(visits()).toBeGreaterThan(0)
  },
)

test('nothing is counted ahead while nobody looks', async () => {
  const { readFrom, goOn, interest } = await warmed()
  for (let n = 0; n < 10; n += 1) await goOn(20_000)
  expect(readFrom).toEqual([0])
  interest.note()
  for (let n = 0; n < 100; n += 1) await goOn(20_000)
  expect(readFrom).toHaveLength(30) // for ten minutes, and at the start
})

/** How often all rules have been gone through since. */
const visitsOf = (weights: ReadonlyMap<unknown, unknown>): (() => number) => {
  let visits = 0
  const iterate = weights[Symbol.iterator].bind(weights)
  Object.assign(weights, {
    [Symbol.iterator]: () => {
      visits += 1
      return iterate()
    },
  })
  return () => visits
}
