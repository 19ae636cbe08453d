// What the projector remembers between batches: where it stands, the tasks it has lately seen, and
// the runs that are open. All of it can be read back from the rows it wrote, so it is bounded and
// dropped whenever a write has failed.
import type { RunId } from '../domain/task/ids.ts'
import type { Position } from '../event-store/event-store.ts'
import type { DayTable } from './runs/partitions.ts'
import type { OpenRun } from './runs/table.ts'
import type { TallyRow } from './stats/table.ts'
import type { KnownTask } from './tasks/table.ts'

/** The row that says how far the read models have come. */
export interface Checkpoint {
  /** Which version of the read models it speaks for: another one has another number. */
  readonly version: number
  position: Position | null
  /** Events, tasks and groups numbered so far. */
  events: number
  tasks: number
  groups: number
  /** Another one means that partitions have been dropped. */
  layout: number
}

export interface Memory {
  readonly checkpoint: Checkpoint
  /** By stream. */
  readonly tasks: Map<string, KnownTask>
  /** Numbers by {@link groupKey}. */
  readonly groups: Map<string, number>
  /** Numbers of tenants by name. */
  readonly tenants: Map<string, number>
  readonly runs: Map<RunId, OpenRun>
  /** Partitions that are there: days, counted from 1970. */
  days: Readonly<Record<DayTable, Set<number>>>
  /** Rows of the statistics, by their key. */
  readonly stats: Map<string, TallyRow>
  /** Rows of the statistics that begin later than this are all remembered. */
  statsForgottenMs: number
}

export const noDays = (): Memory['days'] => ({
  runs: new Set(),
  skips: new Set(),
  activity_of_runs: new Set(),
})

export const emptyMemory = (checkpoint: Readonly<Checkpoint>): Memory => ({
  checkpoint: { ...checkpoint },
  tasks: new Map(),
  groups: new Map(),
  tenants: new Map(),
  runs: new Map(),
  days: noDays(),
  stats: new Map(),
  statsForgottenMs: checkpoint.events === 0 ? -Infinity : Infinity,
})

export const groupKey = ({ tenant, group }: { readonly tenant: string; readonly group: string }) =>
  JSON.stringify([tenant, group])

export interface MemoryLimits {
  readonly tasksMax: number
  readonly runsMax: number
}

/** Forgets what was learned first, once there is too much of it. Between batches only. */
export const trim = (memory: Memory, { tasksMax, runsMax }: MemoryLimits): void => {
  forgetOldest(memory.tasks, tasksMax)
  forgetOldest(memory.groups, tasksMax)
  forgetOldest(memory.tenants, tasksMax)
  forgetOldest(memory.runs, runsMax)
  forgetCounts(memory, runsMax)
}

/**
 * Within a batch too, once what was counted is written. A row of the statistics holds two sketches, and is
 * as large as some runs.
 */
export const forgetCounts = (memory: Memory, runsMax: number): void =>
  forgetOldest(memory.stats, runsMax / 10, ({ fromMs }) => {
    memory.statsForgottenMs = Math.max(memory.statsForgottenMs, fromMs)
  })

const forgetOldest = <A>(
  map: Map<unknown, A>,
  sizeMax: number,
  onForgotten: (value: A) => void = () => undefined,
): void => {
  for (const [key, value] of map) {
    if (map.size <= sizeMax) return
    map.delete(key)
    onForgotten(value)
  }
}
