// The read models in memory: the real projection over the log as a subscription shows it (late, in
// pages of any size, some pages twice, and with projectors that die and begin again from their rows),
// to be held against the same log applied at once.
import { foldBatch, type Changes } from '../../src/projections/batch.ts'
import { decodePage } from '../../src/projections/entry.ts'
import { emptyMemory, type Memory } from '../../src/projections/memory.ts'
import { taskStreamPrefix } from '../../src/domain/task/ids.ts'
import type { EventStore, RecordedEvent } from '../../src/event-store/event-store.ts'
import type { Chance } from '../support/chance.ts'

/** Rows by table and key, and what a projector reads back when it begins again. */
interface Tables {
  memory: Memory
  readonly rows: Map<string, object>
}

const createTables = (): Tables => ({
  memory: emptyMemory({ version: 1, position: null, events: 0, tasks: 0, groups: 0, layout: 0 }),
  rows: new Map(),
})

/** Applies what is new of a page, in batches of the given size. */
const apply = (tables: Tables, events: readonly RecordedEvent[], batchMax: number): void => {
  const { memory } = tables
  const { position: reached } = memory.checkpoint
  const news = events.filter(({ position }) => reached === null || position > reached)
  for (let from = 0; from < news.length; from += batchMax) {
    const batch = news.slice(from, from + batchMax)
    const page = { events: batch, through: batch.at(-1)?.position ?? null, atHead: false }
    const { entries, fault } = decodePage(page, memory.tasks)
    if (fault !== null) throw new Error(`cannot read ${fault.stream} at ${fault.revision}`)
    write(tables.rows, foldBatch(memory, entries))
  }
}

const write = (rows: Map<string, object>, changes: Changes): void => {
  const put = (key: string, row: object): void => void rows.set(key, row)
  for (const { taskNo, status, target, progress } of [...changes.begun, ...changes.progress])
    put(`task ${taskNo}`, { status, target, progress })
  for (const { task, registration } of changes.tasks)
    for (const [name, deed] of Object.entries(registration))
      if (deed !== null) put(`${name} of task ${task.taskNo}`, deed as object)
  for (const runId of changes.noLongerOpen) rows.delete(`open run ${runId}`)
  for (const ended of changes.ended) put(`run ${ended.run.runId}`, ended)
  for (const run of changes.open) put(`open run ${run.runId}`, run)
  for (const row of changes.activity) put(`activity ${row.seq}`, row)
}

const textOf = (row: object | undefined): string =>
  row === undefined ? 'nothing' : JSON.stringify(row)

/** What a new projector knows: everything that stands in the rows, and nothing shared with the old. */
const reread = ({ checkpoint, tasks, groups, runs }: Memory): Memory => ({
  ...emptyMemory(checkpoint),
  tasks: new Map(
    [...tasks].map(([stream, task]) => [stream, { ...task, progress: { ...task.progress } }]),
  ),
  groups: new Map(groups),
  runs: new Map([...runs].map(([runId, run]) => [runId, { ...run }])),
})

export interface ReadModels {
  readonly run: (signal: AbortSignal) => Promise<void>
  /** The projector dies and another begins from the rows. */
  readonly restart: () => void
  readonly differences: (log: readonly RecordedEvent[]) => readonly string[]
}

export const createReadModels = (store: EventStore, chance: Chance): ReadModels => {
  const live = createTables()
  return {
    run: async (signal) => {
      const prefixes = [taskStreamPrefix]
      const following = { after: null, prefixes, limit: chance.between(1, 200), signal }
      for await (const page of store.subscribe(following))
        apply(live, page.events, chance.between(1, 50))
    },
    restart: () => void (live.memory = reread(live.memory)),
    differences: (log) => {
      const rebuilt = createTables()
      const ours = log.filter(({ stream }) => stream.startsWith(taskStreamPrefix))
      apply(rebuilt, ours, Math.max(1, ours.length))
      const keys = new Set([...rebuilt.rows.keys(), ...live.rows.keys()])
      return [...keys].flatMap((key) => {
        const [found, wanted] = [textOf(live.rows.get(key)), textOf(rebuilt.rows.get(key))]
        return found === wanted ? [] : [`${key}: ${found} instead of ${wanted}`]
      })
    },
  }
}
