// Backfill over REST: fire a past window again, see how far that has come, call off what is left.
// The runs wait in the task's own stream, so there is nothing here to be kept or gone on with.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { backfillTask, cancelBackfill } from '../../../commands/backfill-task.ts'
import { isBackfillToCome } from '../../../domain/task/backfill.ts'
import type { BackfillOccurrence } from '../../../domain/task/commands.ts'
import { Instant, instantAt } from '../../../domain/instant.ts'
import { TaskDefinition } from '../../../domain/task/definition.ts'
import type { TaskId } from '../../../domain/task/ids.ts'
import type { OpenRun } from '../../../domain/task/state.ts'
import type { ApiDeps } from '../../deps.ts'
import { described, numberBetween } from '../../described.ts'
import { invalid, type Refusal } from '../../refusals.ts'
import { decodeFields, problem, readJsonObject, readOptionalJsonObject } from '../json-body.ts'
import { stateAt } from '../past/stream-at.ts'
import { question, taskIdOf } from '../question.ts'
import { Reason } from '../reason.ts'
import { changed, changeOf } from '../task-changes.ts'
import { readHistory } from '../task-history.ts'
import { occurrencesMax, plannedThen, plannedToday, type PastWindow } from './occurrences.ts'

const defaults = { definition: 'today', ratePerSecond: 1 }
export const BackfillBody = described(
  t.intersection([
    t.type({
      from: Instant,
      to: Instant,
      definition: t.keyof({ today: null, then: null }),
      ratePerSecond: numberBetween(0.001, 100),
    }),
    t.partial({ reason: Reason }),
  ]),
  {
    name: 'BackfillBody',
    closed: true,
    defaults,
    fields: {
      from: 'Inclusive.',
      to: 'Exclusive; an instant that has passed.',
      definition: 'Of which time.',
      ratePerSecond: 'How many begin within a second.',
    },
    example: { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', reason: 'lost that day' },
  },
)
export const ReasonBody = described(t.partial({ reason: Reason }), {
  name: 'ReasonBody',
  closed: true,
  example: { reason: 'stock-taking' },
})

/** `POST …/backfill`, with `{"from", "to", "definition"?, "ratePerSecond"?, "reason"?}`. */
export const backfill = (deps: ApiDeps) =>
  question(deps, {}, async (asked) => {
    const given = await readJsonObject(deps, asked.request)
    if (E.isLeft(given)) return given
    const body = decodeFields(BackfillBody, { ...defaults, ...given.right }, '')
    if (E.isLeft(body)) return body
    const { reason = null, definition, ratePerSecond, ...window } = body.right
    const change = changeOf(deps, asked, reason)
    if (E.isLeft(change)) return change
    const { useCases, taskId, context } = change.right
    const occurrences = await occurrencesOf(deps, taskId, definition, window)
    if (E.isLeft(occurrences)) return occurrences
    const startEveryMs = 1_000 / ratePerSecond
    const input = { taskId, occurrences: occurrences.right, startEveryMs }
    const handled = await backfillTask(useCases, input, context)()
    if (E.isLeft(handled)) return handled
    const runs = handled.right.events.flatMap((event) =>
      event.type === 'TaskTriggered' ? [event.runId] : [],
    )
    return E.right({ ...changed(taskId)(handled.right), count: runs.length, runIds: runs })
  })

const thenBytesMax = 2 * 1024 * 1024

const occurrencesOf = async (
  deps: ApiDeps,
  taskId: TaskId,
  definition: 'today' | 'then',
  window: PastWindow,
): Promise<E.Either<Refusal, readonly BackfillOccurrence[]>> => {
  const now = deps.useCases.now()
  if (window.from >= window.to) return E.left(backwards)
  if (window.to > now) return E.left(notPast)
  const loaded = await stateAt(deps, taskId, null)
  if (E.isLeft(loaded)) return loaded
  const { state } = loaded.right
  if (state.status === 'Absent' || state.status === 'Deleted')
    return E.left({ type: 'TaskNotFound', taskId })
  const { calendars } = deps.useCases.planningContext()
  const { from: since, to } = window
  const stretch = { since, through: instantAt(to - 1), enough: occurrencesMax + 1 }
  const read = definition === 'then' ? await readHistory(deps, taskId, stretch) : null
  if (read !== null && E.isLeft(read)) return read
  const found =
    read === null
      ? plannedToday(taskId, state, calendars, window)
      : plannedThen(read.right.history, now, { from: since, through: read.right.through })
  if (read !== null && read.right.through < stretch.through) return E.left(tooMany)
  if (found.length > occurrencesMax) return E.left(tooMany)
  return sizeOf(found) > thenBytesMax ? E.left(tooLarge) : E.right(found)
}

/** Every run keeps the definition of its time in the log. */
const sizeOf = (occurrences: readonly BackfillOccurrence[]): number =>
  occurrences.reduce(
    (sum, { definition }) =>
      sum + (definition === null ? 0 : JSON.stringify(TaskDefinition.encode(definition)).length),
    0,
  )

const backwards = invalid([problem('to', 'expected to lie after from.', '应晚于 from。')])
const notPast = invalid([problem('to', 'expected an instant that has passed.', '应为过去的时刻。')])
const tooMany = invalid([
  problem(
    'to',
    `too long: more than ${occurrencesMax} planned instants; backfill it piece by piece.`,
    `时间段过长：计划时刻超过 ${occurrencesMax} 个，请分段回填。`,
  ),
])
const tooLarge = invalid([
  problem(
    'definition',
    'the definitions of that time are too large to be kept with so many runs; shorten the window.',
    '当时的定义过大，无法随如此多的执行保存；请缩短时间段。',
  ),
])

/** `GET …/backfill`: what is still to begin, and what has begun and not ended. */
export const showBackfill = (deps: ApiDeps) =>
  question(deps, {}, async (asked) => {
    const taskId = taskIdOf(asked)
    if (E.isLeft(taskId)) return taskId
    const loaded = await stateAt(deps, taskId.right, null)
    if (E.isLeft(loaded)) return loaded
    const { state } = loaded.right
    if (state.status === 'Absent') return E.left({ type: 'TaskNotFound', taskId: taskId.right })
    const open = [...state.runs.values()].filter(({ cause }) => cause === 'backfill')
    const toCome = open.filter(isBackfillToCome)
    return E.right({ open: open.length, toCome: toCome.length, runs: open.map(runJson) })
  })

const runJson = ({ runId, scheduledFor, phase, phaseAt, attempt }: OpenRun) => ({
  runId,
  scheduledFor: scheduledFor === null ? null : Instant.encode(scheduledFor),
  startAt: phase === 'waiting' && attempt === 1 ? Instant.encode(phaseAt) : null,
  attempt,
})

/** `POST …/backfill/cancel`, with `{"reason"?}`: ends the runs whose turn has not come. */
export const callOffBackfill = (deps: ApiDeps) =>
  question(deps, {}, async (asked) => {
    const given = await readOptionalJsonObject(deps, asked.request)
    if (E.isLeft(given)) return given
    const body = decodeFields(ReasonBody, given.right, '')
    if (E.isLeft(body)) return body
    const change = changeOf(deps, asked, body.right.reason ?? null)
    if (E.isLeft(change)) return change
    const { useCases, taskId, context } = change.right
    const handled = await cancelBackfill(useCases, { taskId }, context)()
    if (E.isLeft(handled)) return handled
    const cancelled = handled.right.events.filter(({ type }) => type === 'RunCancelled').length
    return E.right({ ...changed(taskId)(handled.right), cancelled })
  })
