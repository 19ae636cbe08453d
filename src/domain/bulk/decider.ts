// The rules of a bulk: it is started once, its targets are named once, it advances until all of them
// are done, and whoever continues it is the only one who does.
import * as E from 'fp-ts/lib/Either.js'
import type { Decider } from '../decider.ts'
import type { Instant } from '../instant.ts'
import type { BulkEvent, BulkOrder, BulkProblem } from './events.ts'
import type { BulkId } from './ids.ts'

export interface BulkProgress {
  /** Null: not all targets are named yet. */
  readonly total: number | null
  /** Batches of targets that are done. */
  readonly batches: number
  readonly changed: number
  readonly unchanged: number
  readonly refused: number
  /** The first {@link problemsMax}. */
  readonly problems: readonly BulkProblem[]
}

interface Begun extends BulkProgress {
  readonly order: BulkOrder
  readonly startedAt: Instant
  /** When something was last heard of it. */
  readonly heardAt: Instant
}

export type BulkState =
  { readonly status: 'Absent' } | ({ readonly status: 'Running' | 'Interrupted' | 'Ended' } & Begun)

interface Addressed {
  readonly bulkId: BulkId
  readonly issuedAt: Instant
}

export type BulkCommand =
  | ({ readonly type: 'StartBulk'; readonly order: BulkOrder } & Addressed)
  | ({ readonly type: 'NameTargets'; readonly total: number } & Addressed)
  | ({
      readonly type: 'AdvanceBulk'
      readonly changed: number
      readonly unchanged: number
      readonly problems: readonly BulkProblem[]
    } & Addressed)
  | ({ readonly type: 'InterruptBulk' } & Addressed)
  | ({ readonly type: 'ContinueBulk' } & Addressed)

export interface BulkRejection {
  readonly type: 'BulkNotFound'
  readonly bulkId: BulkId
}

export const problemsMax = 100

const decide = (
  command: BulkCommand,
  state: BulkState,
): E.Either<BulkRejection, readonly BulkEvent[]> => {
  const { bulkId, issuedAt } = command
  if (command.type === 'StartBulk')
    return E.right(
      state.status === 'Absent'
        ? [{ type: 'BulkStarted', startedAt: issuedAt, order: command.order }]
        : [],
    )
  switch (state.status) {
    case 'Absent':
      return E.left({ type: 'BulkNotFound', bulkId })
    case 'Ended':
      return E.right([])
    case 'Running':
    case 'Interrupted':
      return E.right(went(command, state))
  }
}

const went = (
  command: Exclude<BulkCommand, { type: 'StartBulk' }>,
  state: BulkProgress,
): readonly BulkEvent[] => {
  const { issuedAt } = command
  const ended: BulkEvent = { type: 'BulkEnded', endedAt: issuedAt }
  switch (command.type) {
    case 'NameTargets': {
      const { total } = command
      const named: BulkEvent = { type: 'BulkTargetsNamed', namedAt: issuedAt, total }
      if (state.total !== null) return []
      return total === 0 ? [named, ended] : [named]
    }
    case 'AdvanceBulk': {
      const { changed, unchanged, problems } = command
      const refused = problems.length
      const advanced: BulkEvent = {
        type: 'BulkAdvanced',
        advancedAt: issuedAt,
        changed,
        unchanged,
        refused,
        problems: problems.slice(0, problemsMax - state.problems.length),
      }
      const done = doneOf(state) + changed + unchanged + refused
      return done === state.total ? [advanced, ended] : [advanced]
    }
    case 'InterruptBulk':
      return [{ type: 'BulkInterrupted', interruptedAt: issuedAt }]
    case 'ContinueBulk':
      return [{ type: 'BulkContinued', continuedAt: issuedAt }]
  }
}

/** Targets that are dealt with. */
export const doneOf = ({ changed, unchanged, refused }: BulkProgress): number =>
  changed + unchanged + refused

const evolve = (state: BulkState, event: BulkEvent): BulkState => {
  if (event.type === 'BulkStarted') {
    const { order, startedAt } = event
    const nothing = { total: null, batches: 0, changed: 0, unchanged: 0, refused: 0, problems: [] }
    return { status: 'Running', order, startedAt, heardAt: startedAt, ...nothing }
  }
  if (state.status === 'Absent') return state
  switch (event.type) {
    case 'BulkTargetsNamed':
      return { ...state, heardAt: event.namedAt, total: event.total }
    case 'BulkAdvanced':
      return {
        ...state,
        heardAt: event.advancedAt,
        batches: state.batches + 1,
        changed: state.changed + event.changed,
        unchanged: state.unchanged + event.unchanged,
        refused: state.refused + event.refused,
        problems: [...state.problems, ...event.problems],
      }
    case 'BulkInterrupted':
      return { ...state, heardAt: event.interruptedAt, status: 'Interrupted' }
    case 'BulkContinued':
      return { ...state, heardAt: event.continuedAt, status: 'Running' }
    case 'BulkEnded':
      return { ...state, heardAt: event.endedAt, status: 'Ended' }
  }
}

export const bulkDecider: Decider<BulkCommand, BulkState, BulkEvent, BulkRejection> = {
  initialState: { status: 'Absent' },
  decide,
  evolve,
  // A bulk has a few hundred events and then an end.
  carryForward: () => null,
  sinceChange: () => 0,
  carriesState: () => false,
}
