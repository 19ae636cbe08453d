// Read models on a real Postgres over the memory event store: a migrated schema per test, a log
// written by the task's own rules, and everything in the tables as one comparable value.
import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { taskDecider } from '../../src/domain/task/decider.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import type { TaskEvent } from '../../src/domain/task/events.ts'
import { streamOfTask, type TaskId } from '../../src/domain/task/ids.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import { encodeTaskEvent } from '../../src/domain/task/stored.ts'
import { revisionOf, streamNameOf } from '../../src/event-store/checked.ts'
import type { EventMetadata } from '../../src/event-store/envelope.ts'
import type { EventStore, NewEvent, Position } from '../../src/event-store/event-store.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { openReadDatabase, type ReadDatabase } from '../../src/projections/database.ts'
import { migrate } from '../../src/projections/migrate.ts'
import { createProjector, type ProjectorDeps } from '../../src/projections/projector.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { right } from '../support/either.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

/** One Postgres for the tests of a file; the databases in it are closed after each test. */
export const usePostgres = () => {
  let postgres: TestPostgres
  const open: ReadDatabase[] = []
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterEach(async () => {
    for (const db of open.splice(0)) await db.destroy()
  })
  afterAll(() => postgres.stop())
  const connect = (connectionString: string): ReadDatabase => {
    const options = { connectionString, connectionsMax: 5, onConnectionError: () => {} }
    const db = openReadDatabase(options)
    open.push(db)
    return db
  }
  return {
    connect,
    server: () => postgres.server,
    freshUrl: () => postgres.freshDatabase(),
    /** A connection to a database of its own, migrated. */
    fresh: async (): Promise<ReadDatabase> => {
      const db = connect(await postgres.freshDatabase())
      await migrate(db)
      return db
    },
  }
}

export const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** Runs a projector until it has applied everything, and stops it. */
export const project = async (
  store: EventStore,
  db: ReadDatabase,
  options: Partial<ProjectorDeps> = {},
): Promise<void> => {
  const projector = createProjector({ store, db, clock: systemClock, log: quiet, ...options })
  const stop = new AbortController()
  const running = projector.run(stop.signal)
  const head = right(await store.head()())
  if (head !== null) await reaches(projector, head)
  stop.abort()
  await running
}

export const reaches = async (
  projector: ReturnType<typeof createProjector>,
  position: Position,
): Promise<void> => {
  if (!(await projector.waitFor(position, 30_000)))
    throw new Error(`not reached: ${JSON.stringify(projector.status())}`)
}

const tables = [
  'task_groups',
  'tasks',
  'task_progress',
  'open_runs',
  'runs',
  'skips',
  'stats',
  'gaps',
  'activity',
  'plans',
  'plan_beginnings',
  'recall_tests',
]

/** Every row of every table, and the checkpoint but for its time. */
export const everyRow = async (db: ReadDatabase, schema = 'carillon_read') => {
  const { rows: checkpoint } = await sql`select position, events, tasks, groups
    from ${sql.id(schema, 'checkpoint')}`.execute(db)
  const contents: Record<string, unknown> = { checkpoint }
  for (const table of tables)
    contents[table] = (
      await sql`select r.* from ${sql.id(schema, table)} r order by r::text`.execute(db)
    ).rows
  return contents
}

export interface Written {
  readonly store: EventStore
  /** Appends what a task's rules answer to a command, or nothing when they refuse it. */
  readonly obey: (
    command: TaskCommand,
    metadata?: Partial<EventMetadata>,
  ) => Promise<Position | null>
  readonly append: (
    taskId: TaskId,
    events: readonly TaskEvent[],
    metadata?: Partial<EventMetadata>,
  ) => Promise<Position>
  readonly stateOf: (taskId: TaskId) => TaskState
  /** 1, 2, 3 …: for run ids that no other has. */
  readonly nextNumber: () => number
  /** The store's clock goes on from here. */
  readonly moveTo: (ms: number) => void
  /** When the newest command was given. */
  readonly latestMs: () => number
}

/** A log in memory. Its store's clock stands at `nowMs`, and moves by a millisecond an append. */
export const createLog = (nowMs = Date.UTC(2026, 10, 23, 8)): Written => {
  let now = nowMs
  let latest = nowMs
  let numbers = 0
  const { store } = createMemoryEventStore({ now: () => now })
  const states = new Map<string, { state: TaskState; revision: number }>()
  const stateOf = (taskId: TaskId) =>
    states.get(streamOfTask(taskId))?.state ?? taskDecider.initialState

  const append = async (
    taskId: TaskId,
    events: readonly TaskEvent[],
    metadata: Partial<EventMetadata> = {},
  ): Promise<Position> => {
    now += 1
    const stream = streamOfTask(taskId)
    const { state, revision } = states.get(stream) ?? {
      state: taskDecider.initialState,
      revision: -1,
    }
    const envelope = { source: 'scheduler', node: 'n1', correlationId: 'c1', ...metadata }
    const stored = events.map((event): NewEvent => ({
      id: randomUUID(),
      ...encodeTaskEvent(event),
      metadata: envelope,
    }))
    const expected = revision < 0 ? 'none' : revisionOf(revision)
    const [outcome] = right(
      await store.append([{ stream: streamNameOf(stream), expected, events: stored }])(),
    )
    if (outcome?.type !== 'Appended') throw new Error('conflict')
    states.set(stream, {
      state: events.reduce(taskDecider.evolve, state),
      revision: outcome.revision,
    })
    return outcome.position
  }

  return {
    store,
    stateOf,
    append,
    nextNumber: () => (numbers += 1),
    moveTo: (ms) => {
      now = ms
    },
    latestMs: () => latest,
    obey: async (command, metadata) => {
      latest = Math.max(latest, command.issuedAt)
      const decision = taskDecider.decide(command, stateOf(command.taskId))
      if (E.isLeft(decision) || decision.right.length === 0) return null
      return append(command.taskId, decision.right, metadata)
    },
  }
}
