// Whether an event changes what its task plans, and the row that says so: pure. Only a misfire moves
// the grid of a definition that stays; every other fire and skip leaves it where it was.
import type { Instant } from '../../domain/instant.ts'
import type { TriggerState } from '../../domain/schedule/schedule.ts'
import type { TaskDefinition } from '../../domain/task/definition.ts'
import type { TaskEvent } from '../../domain/task/events.ts'
import type { RecordedEvent } from '../../event-store/event-store.ts'
import type { Envelope } from '../entry.ts'
import { searchTextOf, type KnownTask } from '../tasks/table.ts'
import type { KnownPlan } from './known.ts'
import type { PlanRow } from './table.ts'

/** What an event says of the plan; what is left out stays as it was. */
interface News {
  readonly since: Instant
  readonly status?: KnownPlan['status']
  readonly pausedUntil?: Instant | null
  readonly defines?: { readonly definition: TaskDefinition; readonly trigger: TriggerState }
  readonly adds?: boolean
  readonly trigger?: TriggerState
}

/** Null: the task plans what it planned before. */
export const planRow = (
  event: TaskEvent,
  recorded: RecordedEvent,
  envelope: Envelope,
  before: Pick<KnownTask, 'taskNo' | 'taskId' | 'plan'>,
  seq: number,
): PlanRow | null => {
  const news = newsIn(event, before.plan)
  const plan = news === null ? null : planAfter(before.plan, news, seq)
  if (news === null || plan === null) return null
  const { revision, position, recordedAtMs } = recorded
  const definition = news.defines?.definition ?? null
  return {
    ...envelope,
    seq,
    taskNo: before.taskNo,
    taskId: before.taskId,
    revision,
    atMs: Math.floor(recordedAtMs),
    position,
    type: event.type,
    since: news.since,
    plan,
    definition,
    searchText: definition === null ? null : searchTextOf(before.taskId, definition),
  }
}

const planAfter = (before: KnownPlan | null, news: News, seq: number): KnownPlan | null => {
  const { defines, status = 'Active', pausedUntil = null, adds = false } = news
  const trigger = defines?.trigger ?? news.trigger
  if (before === null && defines === undefined) return null
  const changesStatus = news.status !== undefined || before === null
  return {
    status: changesStatus ? status : before.status,
    pausedUntil: changesStatus ? pausedUntil : before.pausedUntil,
    statusSeq: changesStatus ? seq : before.statusSeq,
    definedSeq: defines !== undefined || before === null ? seq : before.definedSeq,
    addedSeq: adds || before === null ? seq : before.addedSeq,
    startAt: trigger === undefined ? (before?.startAt ?? null) : trigger.startAt,
    repeatCount: trigger?.repeatCount ?? before?.repeatCount ?? 0,
  }
}

const newsIn = (event: TaskEvent, before: KnownPlan | null): News | null => {
  switch (event.type) {
    case 'TaskAdded':
      return { since: event.addedAt, status: 'Active', defines: event, adds: true }
    case 'TaskReplaced':
      return { since: event.replacedAt, status: 'Active', defines: event }
    case 'TaskPaused':
      return { since: event.pausedAt, status: 'Paused', pausedUntil: event.until }
    case 'TaskResumed':
      return { since: event.resumedAt, status: 'Active', trigger: event.trigger }
    case 'TaskDeleted':
      return { since: event.deletedAt, status: 'Deleted' }
    case 'TaskCompleted':
      return { since: event.completedAt, status: 'Completed' }
    case 'TaskTriggered':
    case 'OccurrencesSkipped':
      return before === null || isOnGrid(before, event.trigger)
        ? null
        : { since: event.decidedAt, trigger: event.trigger }
    case 'TaskCarriedForward': {
      // News only where the log before it is gone.
      const definition = event.definitions[event.definition]
      if (before !== null || definition === undefined) return null
      const { status, pausedUntil, trigger, since } = event
      return { since, status, pausedUntil, defines: { definition, trigger } }
    }
    case 'RecallSucceeded':
    case 'RecallFailed':
    case 'RecallAccepted':
    case 'RecallTimedOut':
    case 'RecallTakenOver':
    case 'RecallReportedLate':
    case 'RunCancelled':
      return null
  }
}

const isOnGrid = (plan: KnownPlan, { startAt, repeatCount }: TriggerState): boolean =>
  plan.startAt === startAt && plan.repeatCount === repeatCount
