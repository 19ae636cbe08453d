// How fast the read models follow a log of pure fires: `npx tsx benchmarks/projections.ts
// [fires] [tasks]`. The log is in memory, so that what is measured is decoding, folding and writing.
// Two shapes: a burst (every task fires at one instant, then every outcome comes) and a replay of
// fires one after the other. Prints events a second, and CPU time per event, which other work on the
// machine disturbs less: Node's, and (on Linux) that of the Postgres backend.
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { sql } from 'kysely'
import { instantAt } from '../src/domain/instant.ts'
import type { TaskEvent } from '../src/domain/task/events.ts'
import { encodeTaskEvent } from '../src/domain/task/stored.ts'
import { streamOfTask, type TaskId } from '../src/domain/task/ids.ts'
import { positionOf } from '../src/event-store/checked.ts'
import type { EventStore, Position, RecordedEvent } from '../src/event-store/event-store.ts'
import { comparePositions } from '../src/event-store/memory/log.ts'
import { createMemoryEventStore } from '../src/event-store/memory/memory-event-store.ts'
import { openReadDatabase, type ReadDatabase } from '../src/projections/database.ts'
import { migrate } from '../src/projections/migrate.ts'
import { createProjector } from '../src/projections/projector.ts'
import { createRebuilder } from '../src/projections/rebuild/rebuilder.ts'
import { createRebuilds } from '../src/projections/rebuild/requests.ts'
import { createProjections } from '../src/projections/rebuild/status.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { cron, definitionOf, runId, taskId } from '../test/support/definitions.ts'
import { startPostgres } from '../test/support/postgres.ts'

const fires = Number(process.argv[2] ?? 60_000)
const taskCount = Number(process.argv[3] ?? 20_000)
const beginMs = Date.UTC(2026, 10, 23, 8)
const tasks = Array.from({ length: taskCount }, (_, n) => taskId(`job-${n}`, `group-${n % 100}`))
const definition = definitionOf(cron('0/10 * * * * ?'))

const metadata = { source: 'scheduler', node: 'bench', correlationId: 'c-123456' }

const pageSize = 2_000

/**
 * A log as a store would show it; written here, because appending is not what is measured. Its pages
 * are kept as text and become objects when they are asked for, as they do with a real store.
 */
const createLog = () => {
  const pages: string[] = []
  const revisions = new Map<string, number>()
  let page: object[] = []
  let count = 0
  const turn = (): void => {
    if (page.length > 0) pages.push(JSON.stringify(page))
    page = []
  }
  const write = (task: TaskId, event: TaskEvent, atMs: number): void => {
    const stream = streamOfTask(task)
    const revision = (revisions.get(stream) ?? -1) + 1
    revisions.set(stream, revision)
    count += 1
    const place = { stream, revision, position: positionOfEvent(count), recordedAtMs: atMs }
    page.push({ id: '', ...encodeTaskEvent(event), metadata, ...place })
    if (page.length === pageSize) turn()
  }
  return { pages, write, turn, count: () => count }
}
type BenchmarkLog = ReturnType<typeof createLog>

const positionOfEvent = (n: number): Position => positionOf(String(n).padStart(19, '0'))

const storeOf = ({ pages }: BenchmarkLog): EventStore => ({
  ...createMemoryEventStore({ now: () => 0 }).store,
  comparePositions,
  readAll:
    ({ after }) =>
    async () => {
      const index = after === null ? 0 : Math.ceil(Number(after) / pageSize)
      const events = JSON.parse(pages[index] ?? '[]') as RecordedEvent[] // written above
      const through = events.at(-1)?.position ?? after
      return E.right({ events, through, atHead: index >= pages.length - 1 })
    },
  subscribe: async function* () {
    for (const page of pages) {
      const events = JSON.parse(page) as RecordedEvent[] // written above
      yield { events, through: events.at(-1)!.position, atHead: page === pages.at(-1) }
    }
  },
})

const trigger = (atMs: number) => ({
  decidedThrough: instantAt(atMs),
  startAt: null,
  repeatCount: 0,
  timesTriggered: 0,
})

const fired = (n: number, atMs: number): TaskEvent => ({
  type: 'TaskTriggered',
  runId: runId(n * 7_919 + 1),
  cause: 'schedule',
  scheduledFor: instantAt(atMs),
  decidedAt: instantAt(atMs + 2),
  waitsFor: null,
  trigger: trigger(atMs + 2),
  calendars: {},
  tzVersion: '2025c',
})

const ended = (n: number, atMs: number): TaskEvent => ({
  type: 'RecallSucceeded',
  runId: runId(n * 7_919 + 1),
  attempt: 1,
  finishedAt: instantAt(atMs + 9),
  resultValue: 'ok',
  report: {
    startedAt: instantAt(atMs + 3),
    durationMs: 6,
    phases: { queuedMs: 1, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 5 },
    statusCode: 200,
    reply: '{"success":true}',
    replyBytes: 16,
    replySha256: null,
  },
})

const taskOf = (n: number): TaskId => tasks[n % taskCount]!

const withTasks = (): BenchmarkLog => {
  const log = createLog()
  for (const task of tasks)
    log.write(
      task,
      { type: 'TaskAdded', addedAt: instantAt(beginMs), definition, trigger: trigger(beginMs) },
      beginMs,
    )
  return log
}

const burst = () => {
  const log = withTasks()
  for (let n = 0; n < fires; n += taskCount) {
    const atMs = beginMs + 10_000 * (1 + n / taskCount)
    for (let m = n; m < n + taskCount; m++) log.write(taskOf(m), fired(m, atMs), atMs)
    for (let m = n; m < n + taskCount; m++) log.write(taskOf(m), ended(m, atMs), atMs)
  }
  log.turn()
  return log
}

const oneByOne = () => {
  const log = withTasks()
  for (let n = 0; n < fires; n++) {
    const atMs = beginMs + 10_000 * (1 + Math.floor(n / taskCount))
    log.write(taskOf(n), fired(n, atMs), atMs)
    log.write(taskOf(n), ended(n, atMs), atMs)
  }
  log.turn()
  return log
}

const postgres = await startPostgres({ fsync: true })
const log = { info: () => {}, warn: console.error, error: console.error }

/** CPU time of this database's backends so far; 0 where the system does not tell. */
const backendCpuUs = async (db: ReadDatabase): Promise<number> => {
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_stat_activity where datname = current_database()`.execute(db)
  if (process.platform !== 'linux') return 0
  const clockTickUs = 10_000
  const ticksOf = (pid: number): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return Number(fields[11]) + Number(fields[12]) // user and system
  }
  return rows.reduce((sum, { pid }) => sum + ticksOf(pid) * clockTickUs, 0)
}

const measure = async (name: string, written: BenchmarkLog): Promise<void> => {
  const connectionString = await postgres.freshDatabase()
  const db = openReadDatabase({ connectionString, connectionsMax: 3, onConnectionError: () => {} })
  await migrate(db)
  const stop = new AbortController()
  const projector = createProjector({ store: storeOf(written), db, clock: systemClock, log })
  const running = projector.run(stop.signal)
  await projector.waitFor(positionOfEvent(taskCount), 600_000)
  const backendBefore = await backendCpuUs(db)
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()]
  await projector.waitFor(positionOfEvent(written.count()), 600_000)
  const tookMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  const backendUs = (await backendCpuUs(db)) - backendBefore
  const count = written.count() - taskCount
  const figures = [
    `${Math.round(count / (tookMs / 1_000))} events/s`,
    `${((tookMs * 1_000) / count).toFixed(1)} µs per event`,
    `${((user + system) / count).toFixed(1)} µs of Node's CPU time per event`,
    `${(backendUs / count).toFixed(1)} µs of Postgres's`,
  ]
  console.log(
    `${name}: ${count} events of ${fires} fires over ${taskCount} tasks: ${figures.join(', ')}`,
  )
  await measureRebuild(name, written, db)
  stop.abort()
  await running
  await db.destroy()
}

/** The same log again, beside the version that serves, indexes, counts and exchange included. */
const measureRebuild = async (
  name: string,
  written: BenchmarkLog,
  db: ReadDatabase,
): Promise<void> => {
  await createRebuilds(db)
  const projections = createProjections(db)
  await projections.rebuild({ reason: null, forced: false })()
  const stop = new AbortController()
  let filling = ''
  const info = (details: object, message: string): void => {
    if (message.endsWith('filled')) filling = JSON.stringify(details)
  }
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()]
  const logging = { ...log, info }
  const deps = {
    ...{ store: storeOf(written), db, clock: systemClock, log: logging },
    retentionDays: null,
    logWholeFrom: () => Promise.resolve(null),
  }
  const running = createRebuilder(deps).run(stop.signal)
  for (;;) {
    const listed = await projections.list()()
    if (E.isRight(listed) && listed.right[0]?.lastRebuild != null) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const tookMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  const count = written.count()
  const perSecond = Math.round(count / (tookMs / 1_000))
  const nodeUs = ((user + system) / count).toFixed(1)
  console.log(
    `${name}, rebuilt: ${count} events, ${perSecond} events/s in all, ${nodeUs} µs of Node's CPU time per event; ${filling}`,
  )
  stop.abort()
  await running
}

await measure('warm-up', burst())
await measure('bursts', burst())
await measure('one by one', oneByOne())
await postgres.stop()
