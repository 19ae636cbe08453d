// How fast questions are answered over a long history: `npx tsx benchmarks/queries.ts [runs] [tasks]
// [concurrency]`. The history is made of the product's own events and applied by its own projector:
// a million runs of 20,000 tasks over ten days, one in a hundred failed, one in a thousand with a text
// that is searched for. Prints how long it took, and of each question the p50 and p95 over a hundred
// askings, `concurrency` at a time, for its first page and for one deep in the list.
import { instantAt } from '../src/domain/instant.ts'
import type { TaskEvent } from '../src/domain/task/events.ts'
import { encodeTaskEvent } from '../src/domain/task/stored.ts'
import { streamOfTask, type TaskId } from '../src/domain/task/ids.ts'
import { positionOf } from '../src/event-store/checked.ts'
import type { EventStore, LogPage, RecordedEvent } from '../src/event-store/event-store.ts'
import { comparePositions } from '../src/event-store/memory/log.ts'
import { createMemoryEventStore } from '../src/event-store/memory/memory-event-store.ts'
import { openReadDatabase } from '../src/projections/database.ts'
import { migrate } from '../src/projections/migrate.ts'
import { createProjector } from '../src/projections/projector.ts'
import { createQueries } from '../src/projections/queries.ts'
import { indexTexts } from '../src/projections/runs/text-index.ts'
import type { Listed } from '../src/projections/views.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { cron, definitionOf, runId, taskId } from '../test/support/definitions.ts'
import { startPostgres } from '../test/support/postgres.ts'

const runCount = Number(process.argv[2] ?? 1_000_000)
const taskCount = Number(process.argv[3] ?? 20_000)
const concurrency = Number(process.argv[4] ?? 8)
const dayMs = 86_400_000
const days = 10
const lastMs = Date.now() - 60_000
const beginMs = lastMs - days * dayMs
const stepMs = (days * dayMs) / runCount
const metadata = { source: 'scheduler', node: 'bench', correlationId: 'c-123456' }

const tasks = Array.from({ length: taskCount }, (_, n) => taskId(`job-${n}`, `group-${n % 100}`))
const streams = tasks.map(streamOfTask)
const taskNumber = (n: number): number => (n * 7_919) % taskCount

const trigger = (atMs: number) => ({
  ...{ decidedThrough: instantAt(atMs), startAt: null, repeatCount: 0, timesTriggered: 0 },
})

const added = (n: number): TaskEvent => ({
  ...{ type: 'TaskAdded', addedAt: instantAt(beginMs), trigger: trigger(beginMs) },
  definition: definitionOf(cron('0 0 0 1 1 ? 2199'), { name: n % 500 === 0 ? '日终结算' : null }),
})

const fired = (n: number, atMs: number): TaskEvent => ({
  ...{ type: 'TaskTriggered', runId: runId(n + 1), cause: 'schedule', waitsFor: null },
  ...{ scheduledFor: instantAt(atMs), decidedAt: instantAt(atMs + 2), calendars: {} },
  ...{ trigger: trigger(atMs), tzVersion: '2025c' },
})

const ended = (n: number, atMs: number): TaskEvent => {
  const startedAt = instantAt(atMs + (n % 50 === 0 ? 2_500 : 3))
  const finishedAt = instantAt(startedAt + (n % 70 === 0 ? 4_000 : 6))
  const phases = { queuedMs: 1, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 5 }
  const reply = { statusCode: 200, reply: 'ok', replyBytes: 2, replySha256: null }
  const common = { runId: runId(n + 1), attempt: 1, finishedAt } as const
  const report = { startedAt, durationMs: 6, phases, ...reply }
  const resultValue = n % 1_000 === 7 ? `账户余额不足 ${n}` : `done, batch ${n}`
  if (n % 100 !== 0) return { ...common, type: 'RecallSucceeded', resultValue, report }
  const failure = { reason: 'connection refused', retryAt: null, terminal: true } as const
  return { ...common, ...failure, type: 'RecallFailed', resultValue: null, report }
}

const recorder = () => {
  const revisions = new Int32Array(taskCount).fill(-1)
  let count = 0
  return (task: number, event: TaskEvent, atMs: number): RecordedEvent => {
    count += 1
    const revision = (revisions[task] ?? -1) + 1
    revisions[task] = revision
    const position = positionOf(String(count).padStart(19, '0'))
    const written: unknown = { id: '', ...encodeTaskEvent(event), metadata }
    const place = { stream: streams[task], revision, position, recordedAtMs: atMs }
    return { ...(written as object), ...place } as RecordedEvent // as a store would show it
  }
}

const pageSize = 2_000

const pages = async function* (): AsyncGenerator<LogPage> {
  const record = recorder()
  let events: RecordedEvent[] = []
  const turn = function* (atHead: boolean): Generator<LogPage> {
    const through = events.at(-1)?.position
    if (through !== undefined) yield { events, through, atHead }
    events = []
  }
  for (let n = 0; n < taskCount; n++) {
    events.push(record(n, added(n), beginMs))
    if (events.length >= pageSize) yield* turn(false)
  }
  for (let n = 0; n < runCount; n++) {
    const atMs = Math.floor(beginMs + n * stepMs)
    events.push(record(taskNumber(n), fired(n, atMs), atMs))
    events.push(record(taskNumber(n), ended(n, atMs), atMs))
    if (events.length >= pageSize) yield* turn(false)
  }
  yield* turn(true)
}

const store: EventStore = {
  ...createMemoryEventStore({ now: () => 0 }).store,
  comparePositions,
  subscribe: pages,
}

const postgres = await startPostgres()
const db = openReadDatabase({
  ...{ connectionString: await postgres.freshDatabase(), onConnectionError: () => {} },
  connectionsMax: concurrency + 1,
})
await migrate(db)
const log = { info: () => {}, warn: console.error, error: console.error }
const projector = createProjector({ store, db, clock: systemClock, log })
const stop = new AbortController()
const begun = performance.now()
const running = projector.run(stop.signal)
const head = positionOf(String(taskCount + 2 * runCount).padStart(19, '0'))
if (!(await projector.waitFor(head, 3_600_000))) throw new Error('not applied in time')
const seconds = () => ((performance.now() - begun) / 1_000).toFixed(0)
console.log(`${taskCount + 2 * runCount} events applied in ${seconds()} s`)
stop.abort()
await running
const indexing = new AbortController()
const built = await indexTexts(db, 'carillon_read', instantAt(Date.now()), indexing.signal)
console.log(`texts of ${built} days indexed, ${seconds()} s since the begin`)

const queries = createQueries(db)
const tenant = 'default'
type Ask = (cursor: string | null) => () => Promise<unknown>
const first = { limit: 50, cursor: null }
const one: TaskId = tasks[taskNumber(runCount - 1)] ?? taskId('job-0')
const now = instantAt(Date.now())
const runs =
  (filter: object): Ask =>
  (cursor) =>
    queries.runs({ tenant, ...filter }, { limit: 50, cursor })
const taskList =
  (filter: object): Ask =>
  (cursor) =>
    queries.tasks({ tenant, ...filter }, { limit: 50, cursor })
const stats = (filter: object, step: 'minute' | 'hour' | 'day', back: number): Ask => {
  const range = { step, zone: 'Asia/Shanghai', from: instantAt(now - back), until: now }
  return () => queries.stats({ tenant, ...range, ...filter })
}

const questions: readonly (readonly [string, Ask])[] = [
  ['tasks', taskList({})],
  ['tasks of a group', taskList({ group: 'group-7' })],
  ['tasks, failing', taskList({ failing: true })],
  ['tasks, last failed', taskList({ lastOutcomes: ['failed'] })],
  ['tasks, next fire in 2199', taskList({ nextFrom: now })],
  ['tasks, text job-1999', taskList({ text: 'job-1999' })],
  ['tasks, text 结算', taskList({ text: '结算' })],
  ['tasks, text nowhere', taskList({ text: 'nowhere' })],
  ['groups', () => queries.groups(tenant)],
  ['runs', runs({})],
  ['runs of a group', runs({ group: 'group-7' })],
  ['runs of a task', runs({ group: one.group, job: one.job })],
  ['runs, failed', runs({ outcomes: ['failed'] })],
  ['runs, 2 s late', runs({ latenessMinMs: 2_000 })],
  ['runs, lasting 3 s', runs({ durationMinMs: 3_000 })],
  ['runs, text done', runs({ text: 'done' })],
  ['runs, text 余额', runs({ text: '余额' })],
  ['runs, text 额', runs({ text: '额' })],
  ['runs, text nowhere', runs({ text: 'nowhere' })],
  ['ledger', (cursor) => queries.ledger({ tenant }, { limit: 50, cursor })],
  ['activity', (cursor) => queries.activity({ tenant }, { limit: 50, cursor })],
  ['gaps', () => queries.gaps({ tenant }, first)],
  ['stats, a day of minutes', stats({}, 'minute', dayMs)],
  ['stats of a group, ten days of hours', stats({ group: 'group-7' }, 'hour', 10 * dayMs)],
  ['stats, 30 days', stats({}, 'day', 30 * dayMs)],
  ['stats of a task, 30 days', stats({ group: one.group, job: one.job }, 'day', 30 * dayMs)],
  ['summary', () => queries.summary({ tenant, now, shown: 20 })],
]

const rightOf = (answer: unknown): Partial<Listed<unknown>> => {
  const either = answer as { _tag: string; left?: unknown; right: Partial<Listed<unknown>> }
  if (either._tag === 'Left') throw new Error(JSON.stringify(either.left))
  return either.right
}

const deepCursor = async (ask: Ask): Promise<string | null> => {
  let cursor: string | null = null
  for (let n = 0; n < 20; n++) cursor = rightOf(await ask(cursor)()).next ?? cursor
  return cursor
}

const measure = async (ask: Ask, cursor: string | null): Promise<string> => {
  const took: number[] = []
  let left = 100
  const asker = async (): Promise<void> => {
    while (left-- > 0) {
      const at = performance.now()
      rightOf(await ask(cursor)())
      took.push(performance.now() - at)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, asker))
  took.sort((a, b) => a - b)
  return `p50 ${(took[49] ?? 0).toFixed(1)} ms, p95 ${(took[94] ?? 0).toFixed(1)} ms`
}

for (const [name, ask] of questions) {
  const cursor = await deepCursor(ask)
  const deep = cursor === null ? '' : `; deep: ${await measure(ask, cursor)}`
  console.log(`${name}: ${await measure(ask, null)}${deep}`)
}
console.log(`${Math.round(process.memoryUsage().rss / 1e6)} MB resident`)
await db.destroy()
await postgres.stop()
