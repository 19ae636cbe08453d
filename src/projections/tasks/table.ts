// What is kept of a task: its registration (tasks), which changes when people change it, and its
// progress (task_progress), which changes with every fire and is therefore narrow. Written whole:
// the projection remembers a row or reads it back, so a row written twice is the same row.
import type { Instant } from '../../domain/instant.ts'
import type { TriggerState } from '../../domain/schedule/schedule.ts'
import type { Timetable } from '../../domain/schedule/timetable.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import type { RunId, TaskId } from '../../domain/task/ids.ts'
import type { TaskState } from '../../domain/task/state.ts'
import { float8, int4, int8, json, text, timestamptz, uuid, type Column } from '../columns.ts'
import type { Owed } from '../gaps/owed.ts'
import type { KnownPlan } from '../plans/known.ts'
import type { FinalOutcome } from '../views.ts'

/** Who did something, when and why. */
export interface Deed {
  readonly at: Instant
  readonly by: string | null
  readonly reason: string | null
}

/** Counted in place: there is a change at every event, and one write a batch. */
export interface Progress {
  revision: number
  /** Of the newest event that changed the task. */
  changeRevision: number
  nextFireAt: Instant | null
  fired: number
  succeeded: number
  failed: number
  timedOut: number
  cancelled: number
  skipped: number
  lastRun: EndedRun | null
  /** Runs that failed or timed out since one succeeded, and when the first of them ended. */
  failedInARow: number
  failingSince: Instant | null
  /** Where the schedule stands; null before the first event that says so. */
  trigger: TriggerState | null
  /** Planned instants that the log has passed without a verdict. */
  owed: readonly Owed[]
}

/** What is told of the run that ended last. */
interface EndedRun {
  readonly run: { readonly runId: RunId; readonly triggeredAt: Instant }
  readonly outcome: FinalOutcome
  readonly finishedAt: Instant
}

/** What has to be known of a task to project its next event. */
export interface KnownTask {
  readonly taskNo: number
  readonly groupNo: number
  readonly tenantNo: number
  readonly taskId: TaskId
  readonly status: TaskState['status']
  readonly target: string
  /** Null where the schedule cannot be understood (any more): nothing is planned then. */
  readonly timetable: Timetable | null
  /** How much later than planned its occurrences are due. */
  readonly spreadMs: number
  readonly progress: Progress
  /** What it plans, by its newest row of plans; null before the first. */
  readonly plan: KnownPlan | null
}

/** A change to a task's registration. What is null in it stays as it is. */
export interface Registration {
  readonly added: Deed | null
  readonly changed: (Deed & { readonly definition: TaskDefinition }) | null
  readonly status: (Deed & { readonly pausedUntil: Instant | null }) | null
}

export interface TaskRow {
  readonly task: KnownTask
  readonly registration: Registration
}

/** An ISO-8601 repeating interval; `R/…` for ever. */
export const ruleOf = ({ schedule }: TaskDefinition): string => {
  if (schedule.type === 'cron') return schedule.expression
  const repeats = schedule.repeatCount < 0 ? '' : String(schedule.repeatCount)
  return `R${repeats}/PT${String(schedule.intervalMs / 1_000)}S`
}

export const targetOf = ({ recall }: Pick<TaskDefinition, 'recall'>): string =>
  recall.type === 'http' ? recall.url : `${recall.host}:${String(recall.port)}`

const payloadExtractLength = 512

/** What a text filter looks through; the filter is put in lower case in the same way. */
export const searchTextOf = ({ group, job }: TaskId, definition: TaskDefinition): string =>
  [
    group,
    job,
    definition.name ?? '',
    definition.description ?? '',
    targetOf(definition),
    definition.dataJson.slice(0, payloadExtractLength),
  ]
    .join('\n')
    .toLowerCase()

const key: readonly Column<TaskRow>[] = [
  int4('task_no', ({ task }) => task.taskNo),
  int4('group_no', ({ task }) => task.groupNo),
  text('tenant', ({ task }) => task.taskId.tenant),
  text('task_group', ({ task }) => task.taskId.group),
  text('job', ({ task }) => task.taskId.job),
]

export const statusColumns: readonly Column<TaskRow>[] = [
  int4('task_no', ({ task }) => task.taskNo),
  text('status', ({ task }) => task.status, 'task_status'),
  timestamptz('status_since', ({ registration }) => registration.status?.at ?? null),
  text('status_by', ({ registration }) => registration.status?.by ?? null),
  text('status_reason', ({ registration }) => registration.status?.reason ?? null),
  timestamptz('paused_until', ({ registration }) => registration.status?.pausedUntil ?? null),
]

type Changed = NonNullable<Registration['changed']>
const changed =
  <V>(value: (changed: Changed, row: TaskRow) => V) =>
  (row: TaskRow): V | null =>
    row.registration.changed === null ? null : value(row.registration.changed, row)

export const addedColumns: readonly Column<TaskRow>[] = [
  timestamptz('added_at', ({ registration }) => registration.added?.at ?? null),
  text('added_by', ({ registration }) => registration.added?.by ?? null),
  text('added_reason', ({ registration }) => registration.added?.reason ?? null),
]

export const definitionColumns: readonly Column<TaskRow>[] = [
  json(
    'definition',
    changed(({ definition }) => JSON.stringify(TaskDefinition.encode(definition))),
  ),
  text(
    'name',
    changed(({ definition }) => definition.name),
  ),
  text(
    'description',
    changed(({ definition }) => definition.description),
  ),
  float8(
    'priority',
    changed(({ definition }) => definition.priority),
  ),
  text(
    'schedule_kind',
    changed(({ definition }) => definition.schedule.type),
  ),
  text(
    'schedule_rule',
    changed(({ definition }) => ruleOf(definition)),
  ),
  text(
    'zone',
    changed(({ definition }) => definition.schedule.zone),
  ),
  text(
    'calendars',
    changed(({ definition: { schedule } }) =>
      schedule.calendars.length === 0 ? null : JSON.stringify(schedule.calendars),
    ),
    'jsonb',
  ),
  text(
    'target',
    changed(({ definition }) => targetOf(definition)),
  ),
  text(
    'search_text',
    changed(({ definition }, { task }) => searchTextOf(task.taskId, definition)),
  ),
  int4(
    'retention_days',
    changed(({ definition }) => definition.retentionDays ?? null),
  ),
  timestamptz(
    'changed_at',
    changed(({ at }) => at),
  ),
  text(
    'changed_by',
    changed(({ by }) => by),
  ),
  text(
    'changed_reason',
    changed(({ reason }) => reason),
  ),
]

export const taskColumns: readonly Column<TaskRow>[] = [
  ...key,
  ...statusColumns.slice(1),
  ...addedColumns,
  ...definitionColumns,
]

export const progressColumns: readonly Column<KnownTask>[] = [
  int4('task_no', ({ taskNo }) => taskNo),
  int8('revision', ({ progress }) => progress.revision),
  int8('change_revision', ({ progress }) => progress.changeRevision),
  timestamptz('next_fire_at', ({ progress }) => progress.nextFireAt),
  int8('fired', ({ progress }) => progress.fired),
  int8('succeeded', ({ progress }) => progress.succeeded),
  int8('failed', ({ progress }) => progress.failed),
  int8('timed_out', ({ progress }) => progress.timedOut),
  int8('cancelled', ({ progress }) => progress.cancelled),
  int8('skipped', ({ progress }) => progress.skipped),
  uuid('last_run_id', ({ progress }) => progress.lastRun?.run.runId ?? null),
  text('last_outcome', ({ progress }) => progress.lastRun?.outcome ?? null, 'run_outcome'),
  timestamptz('last_triggered_at', ({ progress }) => progress.lastRun?.run.triggeredAt ?? null),
  timestamptz('last_finished_at', ({ progress }) => progress.lastRun?.finishedAt ?? null),
  int4('failed_in_a_row', ({ progress }) => progress.failedInARow),
  timestamptz('failing_since', ({ progress }) => progress.failingSince),
  timestamptz('decided_through', ({ progress }) => progress.trigger?.decidedThrough ?? null),
  timestamptz('start_at', ({ progress }) => progress.trigger?.startAt ?? null),
  int4('repeat_count', ({ progress }) => progress.trigger?.repeatCount ?? null),
]
