// Every question the read models answer, in one place. The answers are read from Postgres as they
// stand: no query decides, waits or writes.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Instant } from '../domain/instant.ts'
import type { RunId, TaskId } from '../domain/task/ids.ts'
import type { Position } from '../event-store/event-store.ts'
import { listActivity } from './activity/queries.ts'
import type { ReadDatabase } from './database.ts'
import { countGaps, listGaps } from './gaps/queries.ts'
import type { GapsFilter, GapView } from './gaps/views.ts'
import { listVerdicts } from './ledger/queries.ts'
import { recentVerdicts, type RecentVerdict } from './ledger/recent.ts'
import type { LedgerFilter, VerdictView } from './ledger/views.ts'
import { readSchema } from './migrate.ts'
import { readMoment, readMomentOf, type Moment, type Through } from './plans/moments.ts'
import {
  readHorizon,
  readStandings,
  readStandingsAt,
  type Horizon,
  type StandingRow,
  type Standings,
  type StandingsPlace,
} from './plans/queries.ts'
import { listTasksAt, type TaskAt } from './plans/tasks-at.ts'
import { listVersions, type TaskVersion } from './plans/versions.ts'
import { answering, readFreshness, readingFrom } from './reading.ts'
import { readRetained } from './retention/horizons.ts'
import { findRun, findTaskOfRun, listRuns } from './runs/queries.ts'
import { readStats } from './stats/queries.ts'
import { readSummary, type SummaryRequest } from './stats/summary.ts'
import type { SummaryView } from './stats/summary-views.ts'
import type { StatsFilter, StatsView } from './stats/views.ts'
import { listGroups } from './tasks/groups.ts'
import { findTask, listTasks } from './tasks/queries.ts'
import type {
  ActivityFilter,
  ActivityView,
  Found,
  FoundRun,
  Freshness,
  GroupView,
  History,
  Listed,
  PageRequest,
  QueryFault,
  RunsFilter,
  RunView,
  TaskOrder,
  TasksFilter,
  TaskSummary,
  TaskView,
} from './views.ts'

export interface Queries {
  /** Left out, the order is by key. A page goes on only in the order it began in. */
  tasks(
    filter: TasksFilter,
    page: PageRequest,
    order?: TaskOrder,
  ): TE.TaskEither<QueryFault, Listed<TaskSummary>>
  /** Deleted tasks are found too; their status says so. */
  task(taskId: TaskId): TE.TaskEither<QueryFault, Found<TaskView>>
  /** In order of name; groups of which every task is deleted are left out. */
  groups(tenant: string): TE.TaskEither<QueryFault, Listed<GroupView>>
  runs(filter: RunsFilter, page: PageRequest): TE.TaskEither<QueryFault, History<RunView>>
  run(runId: RunId): TE.TaskEither<QueryFault, FoundRun>
  /** For a callee that reports by run id alone. Quick for open runs, whatever the history. */
  taskOfRun(runId: RunId): TE.TaskEither<QueryFault, Found<TaskId>>
  activity(
    filter: ActivityFilter,
    page: PageRequest,
  ): TE.TaskEither<QueryFault, History<ActivityView>>
  ledger(filter: LedgerFilter, page: PageRequest): TE.TaskEither<QueryFault, History<VerdictView>>
  /** The newest verdicts of each of these tasks. */
  recentVerdicts(
    taskIds: readonly TaskId[],
    each: number,
  ): TE.TaskEither<QueryFault, readonly RecentVerdict[]>
  /** Planned instants without a verdict, those that wait longest first. */
  gaps(filter: GapsFilter, page: PageRequest): TE.TaskEither<QueryFault, Listed<GapView>>
  /** In all tenants; no more than `countMax` are counted. */
  gapCount(countMax: number): TE.TaskEither<QueryFault, number>
  stats(filter: StatsFilter): TE.TaskEither<QueryFault, StatsView>
  summary(request: SummaryRequest): TE.TaskEither<QueryFault, SummaryView>
  position(): TE.TaskEither<QueryFault, Freshness>
  /** From here on the history of runs is whole, of tasks that do not say themselves; null: it always was. */
  retainedFrom(): TE.TaskEither<QueryFault, Instant | null>
  /** What tasks plan, change by change, after a place. */
  standings(place: StandingsPlace, limit: number): TE.TaskEither<QueryFault, Standings>
  /** The newest event recorded at or before an instant; null: there is none. */
  moment(at: Instant): TE.TaskEither<QueryFault, Moment | null>
  /** Everything up to a position, by the order of the log alone; null: nothing had happened. */
  momentOf(
    position: Position,
    compare: (a: Position, b: Position) => number,
    around: { readonly now: Instant; readonly followedAt: Instant | null },
  ): TE.TaskEither<QueryFault, Moment | null>
  /** Nothing before this can be told of a tenant's tasks; null: everything can. */
  horizon(tenant: string): TE.TaskEither<QueryFault, Horizon | null>
  /** As `tasks`, and with their definitions, as it would have been answered at a moment. */
  tasksAt(
    filter: TasksFilter & { readonly job?: string | undefined },
    through: Through,
    page: PageRequest,
  ): TE.TaskEither<QueryFault, Listed<TaskAt>>
  /** Newest first. */
  versions(taskId: TaskId, page: PageRequest): TE.TaskEither<QueryFault, Listed<TaskVersion>>
  /** What the tasks of a tenant planned at a moment, in order of their numbers. */
  standingsAt(
    scope: { readonly tenant: string },
    through: Through,
    page: { readonly afterTaskNo: number; readonly limit: number },
  ): TE.TaskEither<QueryFault, readonly StandingRow[]>
}

export const createQueries = (
  db: ReadDatabase,
  schema = readSchema,
  walkedMax?: number,
): Queries => {
  const reading = readingFrom(db, schema, walkedMax)
  return {
    tasks: (filter, page, order) => listTasks(reading, filter, page, order),
    task: (taskId) => findTask(reading, taskId),
    groups: (tenant) => listGroups(reading, tenant),
    runs: (filter, page) => listRuns(reading, filter, page),
    run: (runId) => findRun(reading, runId),
    taskOfRun: (runId) => findTaskOfRun(reading, runId),
    activity: (filter, page) => listActivity(reading, filter, page),
    ledger: (filter, page) => listVerdicts(reading, filter, page),
    recentVerdicts: (taskIds, each) => recentVerdicts(reading, taskIds, each),
    gaps: (filter, page) => listGaps(reading, filter, page),
    gapCount: (countMax) => countGaps(reading, countMax),
    stats: (filter) => readStats(reading, filter),
    summary: (request) => readSummary(reading, request),
    position: () => answering(() => readFreshness(reading)),
    retainedFrom: () => answering(() => readRetained(reading, null)),
    standings: (place, limit) => readStandings(reading, place, limit),
    moment: (at) => readMoment(reading, at),
    momentOf: (position, compare, around) => readMomentOf(reading, position, compare, around),
    horizon: (tenant) => readHorizon(reading, tenant),
    tasksAt: (filter, through, page) => listTasksAt(reading, filter, through, page),
    versions: (taskId, page) => listVersions(reading, taskId, page),
    standingsAt: (scope, through, page) => readStandingsAt(reading, scope, through, page),
  }
}
