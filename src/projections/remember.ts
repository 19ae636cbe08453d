// Brings back to memory what a batch needs to know and the projector has forgotten, or never knew in
// this process: tasks, their groups and open runs, each by one query for the whole batch.
import { streamOfTask, type RunId, type TaskId } from '../domain/task/ids.ts'
import type { ReadDatabase } from './database.ts'
import type { Entry } from './entry.ts'
import { groupKey, type Memory } from './memory.ts'
import { runIdOf } from './runs/project.ts'
import { readTallies } from './stats/stored.ts'
import { tallyKey, type TallyPlace } from './stats/table.ts'
import { readOpenRuns } from './runs/stored.ts'
import { readGroups, readTasks, readTenants } from './tasks/stored.ts'

export const remember = async (
  db: ReadDatabase,
  memory: Memory,
  entries: readonly Entry[],
  noLongerOpen: ReadonlySet<RunId>,
): Promise<void> => {
  const forgotten = tasksToRead(memory, entries)
  for (const task of forgotten.length === 0 ? [] : await readTasks(db, forgotten))
    memory.tasks.set(streamOfTask(task.taskId), task)
  const ungrouped = groupsToRead(memory, entries)
  for (const row of ungrouped.length === 0 ? [] : await readGroups(db, ungrouped))
    memory.groups.set(groupKey(row), row.groupNo)
  const strangers = ungrouped.filter(({ tenant }) => !memory.tenants.has(tenant))
  for (const row of strangers.length === 0 ? [] : await readTenants(db, strangers))
    memory.tenants.set(row.tenant, row.tenantNo)
  const runIds = runsToRead(memory, entries).filter((runId) => !noLongerOpen.has(runId))
  for (const run of runIds.length === 0 ? [] : await readOpenRuns(db, runIds))
    memory.runs.set(run.runId, run)
}

/** The rows that a folded batch adds to, but for those that cannot be there yet. */
export const rememberTallies = async (
  db: ReadDatabase,
  memory: Memory,
  additions: readonly TallyPlace[],
): Promise<void> => {
  const { stats, statsForgottenMs } = memory
  const places = additions.filter(
    (place) => place.fromMs <= statsForgottenMs && !stats.has(tallyKey(place)),
  )
  for (const row of places.length === 0 ? [] : await readTallies(db, places))
    stats.set(tallyKey(row), row)
}

/** A stream that begins in this batch has no row yet. */
const tasksToRead = (memory: Memory, entries: readonly Entry[]): readonly TaskId[] => {
  const seen = new Set<string>()
  const toRead: TaskId[] = []
  for (const { recorded, taskId } of entries) {
    const { stream, revision } = recorded
    if (seen.has(stream) || memory.tasks.has(stream)) continue
    seen.add(stream)
    if (revision > 0) toRead.push(taskId)
  }
  return toRead
}

/** Groups of tasks that get their row in this batch. */
const groupsToRead = (memory: Memory, entries: readonly Entry[]): readonly TaskId[] => {
  const toRead = new Map<string, TaskId>()
  for (const { recorded, taskId } of entries) {
    if (memory.tasks.has(recorded.stream) || toRead.has(recorded.stream)) continue
    if (!memory.groups.has(groupKey(taskId))) toRead.set(recorded.stream, taskId)
  }
  return [...toRead.values()]
}

const runsToRead = (memory: Memory, entries: readonly Entry[]): readonly RunId[] => {
  const begun = new Set<RunId>()
  const toRead = new Set<RunId>()
  for (const { event } of entries) {
    const runId = runIdOf(event)
    if (runId === null) continue
    if (event.type === 'TaskTriggered') begun.add(runId)
    else if (!begun.has(runId) && !memory.runs.has(runId)) toRead.add(runId)
  }
  return [...toRead]
}
