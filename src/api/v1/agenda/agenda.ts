// What fires next: of one task, of a group, of everything, as a list in order of time and as a count
// for each minute, hour or day. Computed from definitions as they stand; what is paused is silent.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { bucketEdges, stepMs, type Step } from '../../../domain/agenda/buckets.ts'
import type { Place } from '../../../domain/agenda/fires.ts'
import { Instant, instantAt, InstantFromNumber } from '../../../domain/instant.ts'
import { findZone } from '../../../domain/schedule/zone.ts'
import { KeyPart } from '../../../domain/task/ids.ts'
import { cursorsOf } from '../../../projections/cursor.ts'
import { invalid, type FieldProblem, type RequestRefusal } from '../../refusals.ts'
import { problem } from '../json-body.ts'
import { question } from '../question.ts'
import { integerBetween, jobNeedsGroup, oneOf, text } from '../query.ts'
import { groundOf, rulesIn, scope, type AgendaDeps, type Scope } from './ground.ts'
import { surveyLoad, surveyUpcoming } from './survey.ts'

const dayMs = stepMs.day
const windowMaxMs = 366 * dayMs
const bucketsMax = 1_500
/** Fires of a page where no limit is named. */
export const pageShown = 100

interface Window {
  readonly from: Instant
  readonly to: Instant
}

const PlaceKey = t.tuple([InstantFromNumber, t.string, KeyPart, KeyPart])

/** `GET /api/v1/agenda`: from `from` (now, when it is earlier) inclusive to `to` exclusive. */
export const listAgenda = (deps: AgendaDeps) => {
  const fields = { ...scope, limit: integerBetween(1, 1_000, pageShown), cursor: text(2_000) }
  return question(deps, fields, async ({ tenant, query }) => {
    const ground = await groundOf(deps, tenant, query)
    if (E.isLeft(ground)) return ground
    const window = windowOf(query, ground.right.now, dayMs)
    if (E.isLeft(window)) return window
    const cursors = cursorsOf('agenda', PlaceKey, { tenant, group: query.group, job: query.job })
    const cursor = cursors.read(query.cursor)
    if (E.isLeft(cursor)) return cursor
    const place = placeOf(window.right.from, cursor.right, tenant)
    const to = cursor.right === null ? window.right.to : endOf(cursor.right, window.right.to)
    const rules = rulesIn(ground.right.rules, query)
    const walker = walkerOf(query, cursor.right)
    const asked = { walker, limit: query.limit }
    const { fires, more, complete } = await surveyUpcoming(rules, place, to, asked)
    const last = fires.at(-1)
    return E.right({
      from: Instant.encode(window.right.from),
      to: Instant.encode(to),
      fires: fires.map(({ at, taskId: { group, job } }) => ({
        at: Instant.encode(at),
        group,
        job,
      })),
      next:
        more && last !== undefined
          ? cursors.write([last.at, Instant.encode(to), last.taskId.group, last.taskId.job])
          : null,
      complete,
      ...ground.right.json,
    })
  })
}

/** `GET /api/v1/agenda/load`: how many fires each minute, hour or day of the window holds. */
export const showLoad = (deps: AgendaDeps) => {
  const fields = { ...scope, step: oneOf(['minute', 'hour', 'day']), zone: text(64) }
  return question(deps, fields, async ({ tenant, query }) => {
    const step = query.step ?? 'hour'
    const ground = await groundOf(deps, tenant, query)
    if (E.isLeft(ground)) return ground
    const window = windowOf(query, ground.right.now, windowShownMs[step])
    if (E.isLeft(window)) return window
    const { from, to } = window.right
    if ((to - from) / stepMs[step] > bucketsMax) return E.left(tooManyBuckets)
    const zone = findZone(query.zone ?? deps.taskDefaults.zone)
    if (E.isLeft(zone)) return E.left(invalid([{ field: 'zone', message: zone.left.message }]))
    const edges = bucketEdges(from, to, step, zone.right)
    const rules = rulesIn(ground.right.rules, query)
    const { counts, complete } = await surveyLoad(rules, edges)
    return E.right({
      from: Instant.encode(from),
      to: Instant.encode(to),
      step,
      zone: zone.right.name,
      buckets: [...counts].map((count, index) => ({
        from: Instant.encode(edges[index] ?? from),
        count,
      })),
      total: counts.reduce((sum, count) => sum + count, 0),
      complete,
      ...ground.right.json,
    })
  })
}

/** Where no end is named. */
export const windowShownMs: Readonly<Record<Step, number>> = {
  minute: stepMs.hour,
  hour: dayMs,
  day: 30 * dayMs,
}

const windowOf = (
  query: Scope,
  now: Instant,
  lengthMs: number,
): E.Either<RequestRefusal, Window> => {
  const from = instantAt(Math.max(query.from ?? now, now))
  const to = query.to ?? instantAt(from + lengthMs)
  const jobAlone = jobNeedsGroup(query)
  const problems: readonly FieldProblem[] = [
    ...(jobAlone === null ? [] : [jobAlone]),
    ...(to > from
      ? []
      : [problem('to', 'expected an instant to come, after from.', '应为晚于 from 的将来时刻。')]),
    ...(to - from <= windowMaxMs
      ? []
      : [problem('to', 'at most 366 days after from.', '与 from 相距不能超过 366 天。')]),
  ]
  return problems.length === 0 ? E.right({ from, to }) : E.left(invalid(problems))
}

const tooManyBuckets = invalid([
  problem(
    'step',
    `too fine: more than ${bucketsMax} buckets.`,
    `粒度过细：超过 ${bucketsMax} 段。`,
  ),
])

type Cursor = t.TypeOf<typeof PlaceKey>

const placeOf = (from: Instant, cursor: Cursor | null, tenant: KeyPart): Place => {
  if (cursor === null) return { at: from, taskId: null }
  const [at, , group, job] = cursor
  return { at, taskId: { tenant, group, job } }
}

/** Pages of one list end where its first page said. */
const endOf = ([, to]: Cursor, otherwise: Instant): Instant => {
  const decoded = Instant.decode(to)
  return E.isRight(decoded) ? decoded.right : otherwise
}

/** First pages go on with time; who goes through the pages of one list goes on by itself. */
const walkerOf = ({ from }: Scope, cursor: Cursor | null): string =>
  cursor === null ? (from === null ? 'now' : `from ${from}`) : `to ${cursor[1]}`
