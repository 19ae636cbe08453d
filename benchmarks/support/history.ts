// A long history as the product writes it, appended through its own event store: tasks that fire on
// their own grids one after the other, one run in a hundred failed, one in fifty late, one in a thousand
// with a result that is searched for, now and then a skipped instant, some tasks paused.
import { createHash, randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { instantAt } from '../../src/domain/instant.ts'
import type { TaskEvent } from '../../src/domain/task/events.ts'
import { RunId, streamOfTask, type TaskId } from '../../src/domain/task/ids.ts'
import { encodeTaskEvent } from '../../src/domain/task/stored.ts'
import { revisionOf, streamNameOf } from '../../src/event-store/checked.ts'
import type { EventStore, StreamAppend } from '../../src/event-store/event-store.ts'
import { definitionOf, every, taskId } from '../../test/support/definitions.ts'

export const days = 10
export const dayMs = 86_400_000

export interface History {
  readonly runs: number
  readonly tasks: number
  readonly beginMs: number
}

export const taskOf = (n: number): TaskId => taskId(`job-${n}`, `group-${n % 100}`)

export const runIdOf = (n: number): RunId => {
  const id = RunId.decode(createHash('md5').update(String(n)).digest('hex'))
  if (E.isLeft(id)) throw new Error('a digest is a run id')
  return id.right
}

const stepOf = ({ runs }: History): number => Math.floor((days * dayMs) / runs)

const added = (history: History, n: number): TaskEvent => {
  const startAt = instantAt(history.beginMs + n * stepOf(history))
  const schedule = every(history.tasks * stepOf(history), { startAt })
  const text = n % 500 === 0 ? { name: '日终结算', description: '每日对账与结算' } : {}
  return {
    type: 'TaskAdded',
    addedAt: instantAt(history.beginMs - 1),
    definition: definitionOf(schedule, { ...text, dataJson: JSON.stringify({ batch: n }) }),
    trigger: triggerAt(history, n, history.beginMs - 1, 0),
  }
}

const triggerAt = (history: History, n: number, atMs: number, times: number) => ({
  decidedThrough: instantAt(atMs),
  startAt: instantAt(history.beginMs + n * stepOf(history)),
  repeatCount: -1,
  timesTriggered: times,
})

/** What a task's turn adds to its stream: a fire with its end, or now and then an overlap. */
const turn = (history: History, n: number): readonly TaskEvent[] => {
  const atMs = history.beginMs + n * stepOf(history)
  const times = Math.floor(n / history.tasks) + 1
  const trigger = triggerAt(history, n % history.tasks, atMs, times)
  const at = instantAt(atMs)
  const decidedAt = instantAt(atMs + 2)
  if (n % 200 === 199)
    return [
      {
        ...{ type: 'OccurrencesSkipped', verdict: 'overlapping', first: at, last: at, decidedAt },
        ...{ count: 1, countExact: true, blockedBy: runIdOf(n), trigger, calendars: {} },
      },
    ]
  const runId = runIdOf(n)
  const fired: TaskEvent = {
    ...{ type: 'TaskTriggered', runId, cause: 'schedule', scheduledFor: at, decidedAt },
    ...{ waitsFor: null, trigger, calendars: {}, tzVersion: '2025c' },
  }
  return [fired, ended(n, runId, atMs)]
}

const ended = (n: number, runId: RunId, atMs: number): TaskEvent => {
  const startedAt = instantAt(atMs + (n % 50 === 0 ? 2_500 : 3))
  const finishedAt = instantAt(startedAt + (n % 70 === 0 ? 4_000 : 6))
  const phases = { queuedMs: 1, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 5 }
  const reply = { statusCode: 200, reply: 'ok', replyBytes: 2, replySha256: null }
  const common = { runId, attempt: 1, finishedAt } as const
  const report = { startedAt, durationMs: finishedAt - startedAt, phases, ...reply }
  const resultValue = n % 1_000 === 7 ? `账户余额不足 ${n}` : `done, batch ${n}`
  if (n % 100 !== 0) return { ...common, type: 'RecallSucceeded', resultValue, report }
  const failure = { reason: 'connection refused', retryAt: null, terminal: true } as const
  return { ...common, ...failure, type: 'RecallFailed', resultValue: null, report }
}

const batchOf = 2_000

export const write = async (store: EventStore, history: History): Promise<void> => {
  const revisions = new Int32Array(history.tasks).fill(-1)
  const append = (n: number, events: readonly TaskEvent[], actor?: string): StreamAppend => {
    const before = revisions[n] ?? -1
    revisions[n] = before + events.length
    const metadata = { source: 'scheduler', node: 'bench', correlationId: 'c', ...by(actor) }
    return {
      stream: streamNameOf(streamOfTask(taskOf(n))),
      expected: before < 0 ? 'none' : revisionOf(before),
      events: events.map((event) => ({ id: randomUUID(), ...encodeTaskEvent(event), metadata })),
    }
  }
  const send = async (appends: readonly StreamAppend[]): Promise<void> => {
    const answered = await store.append(appends)()
    const refused = E.isLeft(answered) || answered.right.some(({ type }) => type === 'Conflict')
    if (refused) throw new Error(`the history cannot be written: ${JSON.stringify(answered)}`)
  }
  const batch = Math.min(batchOf, history.tasks)
  for (let from = 0; from < history.tasks; from += batch)
    await send(range(from, batch).map((n) => append(n, [added(history, n)], 'lin')))
  for (let from = 0; from < history.runs; from += batch)
    await send(range(from, batch).map((n) => append(n % history.tasks, turn(history, n))))
  const endMs = history.beginMs + days * dayMs
  const paused = (n: number): TaskEvent => ({
    ...{ type: 'TaskPaused', pausedAt: instantAt(endMs), until: null },
    trigger: triggerAt(history, n, endMs, 50),
  })
  await send(range(0, 200).map((n) => append(n * 50, [paused(n * 50)], 'wang')))
}

const by = (actor: string | undefined): object =>
  actor === undefined ? {} : { actor, reason: 'stock-taking' }

const range = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, n) => from + n)
