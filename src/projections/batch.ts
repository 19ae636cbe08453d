// A stretch of the log folded into the rows it changes, each row once, at one go or page by page. It
// moves the memory forward and touches nothing else; everything it needs to know has been remembered
// before.
import type { TaskEvent } from '../domain/task/events.ts'
import type { RunId, TaskId } from '../domain/task/ids.ts'
import type { ActivityRow } from './activity/table.ts'
import { activityRow } from './activity/project.ts'
import type { Entry } from './entry.ts'
import { nothingOwed } from './gaps/owed.ts'
import { skipRow } from './ledger/project.ts'
import type { Skip } from './ledger/table.ts'
import { groupKey, type Memory } from './memory.ts'
import { planRow } from './plans/project.ts'
import type { PlanRow } from './plans/table.ts'
import { carriedRuns, projectRun, runIdOf, startedRun } from './runs/project.ts'
import type { EndedRun, OpenRun } from './runs/table.ts'
import { countFired, countProgress, countSkips, type Counts } from './stats/project.ts'
import { countMove, stood, type GroupCounts } from './tasks/group-counts.ts'
import { finishBatch, projectTask, unseenTask, type TaskInBatch } from './tasks/project.ts'
import type { KnownTask, TaskRow } from './tasks/table.ts'

export interface GroupRow {
  readonly groupNo: number
  readonly tenantNo: number
  readonly taskId: TaskId
}

/** Rows that are written once and never again. */
export interface AppendedRows {
  readonly ended: readonly EndedRun[]
  readonly skips: readonly Skip[]
  readonly activity: readonly ActivityRow[]
  readonly plans: readonly PlanRow[]
}

/** Rows that stand for how things are. */
export interface StateRows {
  readonly groups: readonly GroupRow[]
  /** Tasks whose registration changed. */
  readonly tasks: readonly TaskRow[]
  readonly progress: readonly KnownTask[]
  /** Of tasks that had no row before. */
  readonly begun: readonly KnownTask[]
  /** What has become of the numbers of tasks in each state. */
  readonly groupCounts: GroupCounts
  /** Tasks that owe other verdicts than before. */
  readonly owing: readonly KnownTask[]
  readonly open: readonly OpenRun[]
  /** Runs that were open before and are no longer. */
  readonly noLongerOpen: readonly RunId[]
  /** To be added to the rows of the statistics; what was taken before is not among them. */
  readonly counts: Counts
}

export type Changes = AppendedRows & StateRows

interface Folded {
  readonly memory: Memory
  readonly groups: GroupRow[]
  readonly tasks: Map<string, TaskInBatch>
  readonly open: Map<RunId, OpenRun>
  readonly begun: Set<RunId>
  readonly noLongerOpen: Set<RunId>
  counts: Counts
  ended: EndedRun[]
  skips: Skip[]
  activity: ActivityRow[]
  plans: PlanRow[]
}

export interface Folding {
  /** The rows that these events append; may be called again and again. */
  readonly fold: (entries: readonly Entry[]) => AppendedRows
  /** What has been counted since this was last called. */
  readonly takeCounts: () => Counts
  /** What all of them have changed. */
  readonly finish: () => StateRows
  /** Runs whose rows among the open ones no longer hold. */
  readonly noLongerOpen: ReadonlySet<RunId>
}

export const createFolding = (memory: Memory): Folding => {
  const folded: Folded = {
    memory,
    groups: [],
    tasks: new Map(),
    open: new Map(),
    begun: new Set(),
    noLongerOpen: new Set(),
    counts: new Map(),
    ...{ ended: [], skips: [], activity: [], plans: [] },
  }
  return {
    fold: (entries) => {
      for (const entry of entries) foldEntry(folded, entry)
      const { ended, skips, activity, plans } = folded
      Object.assign(folded, { ended: [], skips: [], activity: [], plans: [] })
      return { ended, skips, activity, plans }
    },
    takeCounts: () => {
      const { counts } = folded
      folded.counts = new Map()
      return counts
    },
    finish: () => finished(folded),
    noLongerOpen: folded.noLongerOpen,
  }
}

export const foldBatch = (memory: Memory, entries: readonly Entry[]): Changes => {
  const { fold, finish } = createFolding(memory)
  const appended = fold(entries)
  return { ...appended, ...finish() }
}

const foldEntry = (folding: Folded, { recorded, taskId, event, envelope }: Entry): void => {
  const { checkpoint } = folding.memory
  checkpoint.events += 1
  checkpoint.position = recorded.position
  const seq = checkpoint.events
  const into = taskInBatch(folding, recorded.stream, taskId)
  const first = into.task.status === 'Absent' && event.type === 'TaskCarriedForward'
  const place = { seq, revision: recorded.revision }
  into.revision = recorded.revision
  const ended = foldRun(folding, event, into.task, place)
  projectTask(into, event, envelope, ended)
  if (first) for (const run of carriedRuns(event, into.task, place)) begin(folding, into.task, run)
  if (event.type === 'OccurrencesSkipped') {
    folding.skips.push(skipRow(event, into.task, place))
    countSkips(folding.counts, into.task, event)
  }
  const plan = planRow(event, recorded, envelope, into.task, seq)
  if (plan !== null) {
    into.task = { ...into.task, plan: plan.plan }
    folding.plans.push(plan)
  }
  folding.activity.push(activityRow(event, recorded, envelope, into.task, seq))
  // Whoever remembers what the next events need finds it there, though it is not written yet.
  folding.memory.tasks.set(recorded.stream, into.task)
}

const taskInBatch = (folding: Folded, stream: string, taskId: TaskId) => {
  const found = folding.tasks.get(stream)
  if (found !== undefined) return found
  const known = folding.memory.tasks.get(stream)
  const task = known ?? newTask(folding, taskId)
  const added = {
    task,
    isNew: known === undefined,
    // A row for every task, so that its number is never given out again.
    registration: known === undefined ? { added: null, changed: null, status: null } : null,
    moved: false,
    owedBefore: known?.progress.owed ?? nothingOwed,
    stoodBefore: stood(task),
    revision: 0,
  }
  folding.tasks.set(stream, added)
  return added
}

const newTask = (folding: Folded, taskId: TaskId): KnownTask => {
  const { checkpoint } = folding.memory
  checkpoint.tasks += 1
  return unseenTask({ taskNo: checkpoint.tasks, ...groupOf(folding, taskId) }, taskId)
}

const groupOf = (folding: Folded, taskId: TaskId) => {
  const { memory } = folding
  const { tenant } = taskId
  const known = memory.groups.get(groupKey(taskId))
  const groupNo = known ?? (memory.checkpoint.groups += 1)
  // A tenant has the number of its first group.
  const tenantNo = memory.tenants.get(tenant) ?? groupNo
  memory.tenants.set(tenant, tenantNo)
  if (known === undefined) {
    memory.groups.set(groupKey(taskId), groupNo)
    folding.groups.push({ groupNo, tenantNo, taskId })
  }
  return { groupNo, tenantNo }
}

/** The run this event ended; null when it ended none. */
const foldRun = (
  folding: Folded,
  event: TaskEvent,
  task: KnownTask,
  place: { readonly seq: number; readonly revision: number },
): EndedRun | null => {
  if (event.type === 'TaskTriggered') {
    begin(folding, task, startedRun(event, task, place))
    return null
  }
  const { memory, open, begun } = folding
  const runId = runIdOf(event)
  const run = runId === null ? undefined : memory.runs.get(runId)
  const projected = run === undefined ? null : projectRun(run, event)
  if (runId === null || projected === null) return null
  if (run !== undefined)
    countProgress(
      folding.counts,
      task,
      run,
      projected.run,
      projected.type === 'ended' ? projected : null,
    )
  if (projected.type === 'open') {
    memory.runs.set(runId, projected.run)
    open.set(runId, projected.run)
    return null
  }
  memory.runs.delete(runId)
  open.delete(runId)
  if (!begun.has(runId)) folding.noLongerOpen.add(runId)
  folding.ended.push(projected)
  return projected
}

const begin = ({ memory, open, begun, counts }: Folded, task: KnownTask, run: OpenRun): void => {
  countFired(counts, task, run)
  memory.runs.set(run.runId, run)
  open.set(run.runId, run)
  begun.add(run.runId)
}

const finished = (folded: Folded): StateRows => {
  const tasks: TaskRow[] = []
  const [progress, begun]: [KnownTask[], KnownTask[]] = [[], []]
  const owing: KnownTask[] = []
  const groupCounts: GroupCounts = new Map()
  for (const into of folded.tasks.values()) {
    finishBatch(into)
    const { task } = into
    if (into.isNew) begun.push(task)
    else progress.push(task)
    countMove(groupCounts, into.stoodBefore, task)
    if (task.progress.owed !== into.owedBefore) owing.push(task)
    if (into.registration !== null) tasks.push({ task, registration: into.registration })
  }
  const { groups, open, noLongerOpen, counts } = folded
  const runs = { open: [...open.values()], noLongerOpen: [...noLongerOpen] }
  return { groups, tasks, progress, begun, owing, groupCounts, ...runs, counts }
}
