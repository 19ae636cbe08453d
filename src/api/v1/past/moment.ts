// A past moment, named by an instant or by a position: found in the log's order, refused when it has
// not come yet or when what it would rest on is gone. An answer as of a moment says which it was.
import * as E from 'fp-ts/lib/Either.js'
import { Instant, instantAt } from '../../../domain/instant.ts'
import type { KeyPart } from '../../../domain/task/ids.ts'
import { Position, type RecordedEvent } from '../../../event-store/event-store.ts'
import { followedPrefixes } from '../../../projections/entry.ts'
import type { Moment } from '../../../projections/plans/moments.ts'
import type { Horizon } from '../../../projections/plans/queries.ts'
import type { ApiDeps } from '../../deps.ts'
import type { Refusal, Words } from '../../refusals.ts'
import { instant, type Field } from '../query.ts'

export type AsOf =
  | { readonly type: 'instant'; readonly at: Instant }
  | { readonly type: 'position'; readonly position: Position }

/** Digits up to sixteen are epoch milliseconds; positions are longer. */
export const asOfField: Field<AsOf | null> = {
  read: (text): E.Either<Words, AsOf> => {
    const at = instant.read(text)
    if (E.isRight(at) && at.right !== null) return E.right({ type: 'instant', at: at.right })
    return Position.is(text)
      ? E.right({ type: 'position', position: text })
      : E.left({ en: 'expected an instant or a position.', zh: '应为时刻或位点。' })
  },
  absent: E.right(null),
  schema: {
    type: 'string',
    maxLength: 64,
    description: 'As of a past moment: an instant, or a position of the log.',
  },
}

export interface Past {
  /** The newest event of a task at or before; null: nothing had happened. */
  readonly moment: Moment | null
  /** The instant asked for; of a position, when its event was recorded. */
  readonly at: Instant
  /** Whether an event had been recorded by then. */
  readonly holds: (recorded: RecordedEvent) => boolean
  readonly json: { readonly asOf: { readonly position: Position | null; readonly at: string } }
}

/** Events may be on their way into the read models for this long. */
const recentMs = 60_000

export const pastOf = async (
  deps: ApiDeps,
  tenant: KeyPart,
  asOf: AsOf,
): Promise<E.Either<Refusal, Past>> => {
  const now = deps.useCases.now()
  const head = await deps.store.head()()
  if (E.isLeft(head)) return E.left({ ...head.left, outcome: 'nothing-written' })
  const isAhead =
    asOf.type === 'instant'
      ? asOf.at > now
      : head.right === null || deps.store.comparePositions(asOf.position, head.right) > 0
  if (isAhead) return E.left({ type: 'MomentNotYet', asOf: nameOf(asOf) })
  const isRecent = asOf.type === 'position' || asOf.at > now - recentMs
  const needed = asOf.type === 'position' ? asOf.position : head.right
  const { waitMs } = deps.settings
  if (isRecent && needed !== null && !(await deps.readModels.waitFor(needed, waitMs)))
    return E.left({ type: 'NotVisibleYet', waitedMs: waitMs })
  const moment = await momentOf(deps, asOf, now)
  if (E.isLeft(moment)) return moment
  const horizon = await deps.queries.horizon(tenant)()
  if (E.isLeft(horizon)) return horizon
  const at = asOf.type === 'instant' ? asOf.at : (moment.right?.at ?? now)
  if (horizon.right !== null && isBehind(moment.right, at, horizon.right))
    return E.left({ type: 'MomentForgotten', horizon: horizon.right.at })
  return E.right(pastAt(deps, asOf, moment.right, at))
}

const isBehind = (moment: Moment | null, at: Instant, horizon: Horizon): boolean =>
  moment?.through.type === 'seq' ? moment.through.seq < horizon.seq : at < horizon.at

const nameOf = (asOf: AsOf): string =>
  asOf.type === 'instant' ? Instant.encode(asOf.at) : asOf.position

const momentOf = async (
  { queries, store }: ApiDeps,
  asOf: AsOf,
  now: Instant,
): Promise<E.Either<Refusal, Moment | null>> => {
  if (asOf.type === 'instant') return queries.moment(asOf.at)()
  const { position } = asOf
  const next = await store.readAll({ after: position, prefixes: followedPrefixes, limit: 1 })()
  if (E.isLeft(next)) return E.left({ ...next.left, outcome: 'nothing-written' })
  const [follower] = next.right.events
  const followedAt = follower === undefined ? null : instantAt(follower.recordedAtMs)
  const compare = (a: Position, b: Position) => store.comparePositions(a, b)
  return queries.momentOf(position, compare, { now, followedAt })()
}

const pastAt = ({ store }: ApiDeps, asOf: AsOf, moment: Moment | null, at: Instant): Past => ({
  moment,
  at,
  holds: ({ recordedAtMs, position }) =>
    asOf.type === 'instant'
      ? recordedAtMs <= asOf.at
      : store.comparePositions(position, asOf.position) <= 0,
  json: {
    asOf: {
      position: asOf.type === 'position' ? asOf.position : (moment?.position ?? null),
      at: Instant.encode(at),
    },
  },
})
