// After a start the agenda is read ahead: the first question about all tasks finds it read.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, test } from 'vitest'
import { createRosterKeeper } from '../../src/api/v1/agenda/roster.ts'
import { surveyUpcoming } from '../../src/api/v1/agenda/survey.ts'
import { warmAgenda } from '../../src/api/v1/agenda/warm.ts'
import { noCalendars } from '../../src/domain/calendar/snapshot.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { defaultPolicy } from '../../src/domain/task/definition.ts'
import type { StandingRow } from '../../src/projections/plans/queries.ts'
import { cron, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'

const now = instantAt(Date.UTC(2026, 10, 23, 8))
const id = taskId('nightly', 'billing')
const row: StandingRow = {
  ...id,
  ...{ seq: 7, taskNo: 1, status: 'Active', pausedUntil: null, startAt: null, repeatCount: 0 },
  schedule: cron('0 0 2 * * ?'),
}

test('what was read ahead is not read again', async () => {
  const readFrom: number[] = []
  const roster = createRosterKeeper({
    standings: ({ seq }) => {
      readFrom.push(seq)
      const items = seq < row.seq ? [row] : []
      return TE.right({ items, version: 1, events: 9, freshness: { position: null, ageMs: null } })
    },
  })
  const calendars = noCalendars
  const useCases = {
    now: () => now,
    planningContext: () => ({ calendars, tzVersion: 'test' }),
  }
  const taskDefaults = {
    ...{ zone: 'UTC', misfireThresholdMs: 60_000, catchUpMax: 100, policy: defaultPolicy },
  }
  expect(E.isRight(await warmAgenda({ useCases, taskDefaults }, { roster }))).toBe(true)
  expect(readFrom).toEqual([0])
  const { rules } = right(await roster.current(id.tenant, calendars))
  expect(readFrom.at(-1)).toBe(row.seq)
  const place = { at: now, taskId: null }
  const to = instantAt(now + 86_400_000)
  const upcoming = await surveyUpcoming(rules.all(), place, to, { walker: 'now', limit: 1 })
  expect(upcoming.fires).toHaveLength(1)
})
