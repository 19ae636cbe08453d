// What would change? A changed definition, calendar or pause, played over a window against what was
// (by the log) and what is to come (by the task as it stands). Nothing is appended, nothing is called.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { snapshotOf, type CalendarSnapshot } from '../../../domain/calendar/snapshot.ts'
import { streamOfCalendar } from '../../../domain/calendar/ids.ts'
import { occurrencesIn } from '../../../domain/history/occurrences.ts'
import { Instant, instantAt } from '../../../domain/instant.ts'
import { compileCalendars } from '../../../domain/schedule/exclusions.ts'
import { findZone, utc } from '../../../domain/schedule/zone.ts'
import type { TaskDefinition } from '../../../domain/task/definition.ts'
import { KeyPart, type TaskId } from '../../../domain/task/ids.ts'
import { absent, type TaskState } from '../../../domain/task/state.ts'
import { compare } from '../../../domain/what-if/compare.ts'
import { decisionsMax, play, type Play, type Played } from '../../../domain/what-if/play.ts'
import type { ApiDeps } from '../../deps.ts'
import { invalid, type Refusal } from '../../refusals.ts'
import { described } from '../../described.ts'
import { breathe } from '../agenda/survey.ts'
import { CalendarBody, calendarDefaults } from '../calendars.ts'
import { decodeFields, isObject, problem, readJsonDocument } from '../json-body.ts'
import { revisionAt, stateAt } from '../past/stream-at.ts'
import { question, taskIdOf } from '../question.ts'
import { decodeTaskBody, TaskBody } from '../task-body.ts'
import { readHistory, type Newest } from '../task-history.ts'

const windowMaxMs = 366 * 86_400_000
/** Of each list at most so many are shown; all are counted. */
const shownMax = 1_000

const CalendarChange = described(t.intersection([CalendarBody, t.type({ name: KeyPart })]), {
  name: 'CalendarChange',
  defaults: calendarDefaults,
})
const Body = t.intersection([
  t.type({ from: Instant, to: Instant }),
  t.partial({ paused: t.type({ from: Instant, to: Instant }), calendar: CalendarChange }),
])
type Body = t.TypeOf<typeof Body>
export const SimulationBody = described(t.intersection([Body, t.partial({ task: TaskBody })]), {
  name: 'SimulationBody',
  closed: true,
  fields: {
    from: 'Inclusive.',
    to: 'Exclusive; at most 366 days after.',
    task: 'What the task would be.',
    paused: 'A pause there would be.',
    calendar: 'An exclusion calendar there would be.',
  },
  example: {
    from: '2030-01-01T00:00:00Z',
    to: '2030-01-08T00:00:00Z',
    paused: { from: '2030-01-02T00:00:00Z', to: '2030-01-03T00:00:00Z' },
  },
})

/** `POST …/simulate`: `{"from", "to", "task"?, "paused"?, "calendar"?}`. */
export const simulate = (deps: ApiDeps) =>
  question(deps, {}, async (asked) => {
    const taskId = taskIdOf(asked)
    if (E.isLeft(taskId)) return taskId
    const document = await readJsonDocument(deps, asked.request)
    if (E.isLeft(document)) return document
    const { task, ...rest } = document.right.fields
    const body = bodyOf(deps, rest)
    if (E.isLeft(body)) return body
    const fields = isObject(task) ? task : null
    const text = JSON.stringify(fields ?? {})
    const definition = fields === null ? null : decodeTaskBody(deps, { fields, text })
    if (definition !== null && E.isLeft(definition)) return definition
    return answer(deps, taskId.right, body.right, definition?.right ?? null)
  })

const bodyOf = (deps: ApiDeps, given: Readonly<Record<string, unknown>>) => {
  const { calendar } = given
  const defaults = { ...calendarDefaults, zone: deps.taskDefaults.zone }
  const whole = isObject(calendar) ? { ...given, calendar: { ...defaults, ...calendar } } : given
  const body = decodeFields(Body, whole, '')
  if (E.isLeft(body)) return body
  const { from, to, paused } = body.right
  const problems = [
    ...(to > from ? [] : [problem('to', 'expected to lie after from.', '应晚于 from。')]),
    ...(to - from <= windowMaxMs
      ? []
      : [problem('to', 'at most 366 days after from.', '与 from 相距不能超过 366 天。')]),
    ...(paused === undefined || paused.to > paused.from
      ? []
      : [problem('paused.to', 'expected to lie after paused.from.', '应晚于 paused.from。')]),
  ]
  return problems.length === 0 ? body : E.left(invalid(problems))
}

const answer = async (
  deps: ApiDeps,
  taskId: TaskId,
  body: Body,
  definition: TaskDefinition | null,
): Promise<E.Either<Refusal, object>> => {
  const { from, to, paused, calendar } = body
  const now = deps.useCases.now()
  const context = deps.useCases.planningContext()
  const calendars = withCalendar(context.calendars, taskId, calendar ?? null)
  if (E.isLeft(calendars)) return calendars
  const was = await whatWas(deps, taskId, from, to, now)
  if (E.isLeft(was)) return was
  const begin = instantAt(Math.min(from, now))
  const state = await stateBefore(deps, taskId, begin, now, was.right.newest)
  if (E.isLeft(state)) return state
  const would = await played({
    taskId,
    runId: deps.useCases.newRunId(),
    state: state.right,
    begin,
    through: instantAt(to - 1),
    context: { ...context, calendars: calendars.right },
    definition,
    pause: paused ?? null,
  })
  if (E.isLeft(would)) return would
  const after = definition ?? definitionOf(state.right) ?? definitionOf(was.right.newest.state)
  if (after === null) return E.left({ type: 'TaskNotFound', taskId })
  return E.right(comparison(from, was.right, would.right, after))
}

const definitionOf = (state: TaskState): TaskDefinition | null =>
  state.status === 'Absent' ? null : state.definition

const comparison = (from: Instant, was: Was, would: Played, { schedule }: TaskDefinition) => {
  const zone = findZone(schedule.zone)
  const through = Math.min(was.through, would.through)
  const within = (at: Instant): boolean => at >= from && at <= through
  const before = was.fires.filter(within)
  const after = would.fires.map(({ at }) => at).filter(within)
  const { added, removed, moved, kept } = compare(before, after, E.isRight(zone) ? zone.right : utc)
  const insteadOf = (at: Instant) =>
    would.skips.find(({ first, last }) => at >= first && at <= last)?.verdict ?? null
  return {
    from: Instant.encode(from),
    through: Instant.encode(instantAt(through)),
    added: added.slice(0, shownMax).map((at) => ({
      at: Instant.encode(at),
      instead: was.others.get(at) ?? null,
    })),
    removed: removed.slice(0, shownMax).map((at) => ({
      at: Instant.encode(at),
      instead: insteadOf(at),
    })),
    moved: moved.slice(0, shownMax).map((pair) => ({
      from: Instant.encode(pair.from),
      to: Instant.encode(pair.to),
    })),
    kept,
    counts: { added: added.length, removed: removed.length, moved: moved.length, kept },
    complete: was.complete && would.complete,
  }
}

/** What the log says of the past part, and the task as it stands of the rest. */
interface Was {
  readonly newest: Newest
  readonly fires: readonly Instant[]
  /** Verdicts of planned instants that did not fire. */
  readonly others: ReadonlyMap<Instant, string>
  readonly through: Instant
  readonly complete: boolean
}

const whatWas = async (
  deps: ApiDeps,
  taskId: TaskId,
  from: Instant,
  to: Instant,
  now: Instant,
): Promise<E.Either<Refusal, Was>> => {
  const context = deps.useCases.planningContext()
  const end = instantAt(Math.min(to - 1, now))
  const stretch = { since: from, through: end, enough: decisionsMax }
  const read = await readHistory(deps, taskId, stretch)
  if (E.isLeft(read)) return read
  const { history, through: told } = read.right
  const found =
    read.right.newest === null ? await stateAt(deps, taskId, null) : E.right(read.right.newest)
  if (E.isLeft(found)) return found
  const newest = found.right
  const names = history.plans.at(-1)?.definition.schedule.calendars ?? []
  const consulted = context.calendars.consult(taskId.tenant, names)
  const circumstances = { now, outages: [], spreadMs: 0, ...consulted }
  const past = { after: instantAt(from - 1), through: told }
  const { occurrences, more } = occurrencesIn(history, circumstances, past, decisionsMax)
  const fires = occurrences.flatMap(({ at, verdict }) => (verdict === 'fired' ? [at] : []))
  const others = new Map(
    occurrences.flatMap(({ at, verdict }): [Instant, string][] =>
      verdict === 'fired' ? [] : [[at, verdict]],
    ),
  )
  const last = occurrences.at(-1)
  if (more && last !== undefined)
    return E.right({ newest, fires, others, through: last.at, complete: false })
  if (told < end) return E.right({ newest, fires, others, through: told, complete: false })
  const ahead = await played({
    taskId,
    runId: deps.useCases.newRunId(),
    state: newest.state,
    begin: now,
    through: instantAt(to - 1),
    context,
    definition: null,
    pause: null,
  })
  if (E.isLeft(ahead)) return ahead
  const { through, complete } = ahead.right
  const known = new Set(fires)
  const coming = ahead.right.fires.map(({ at }) => at).filter((at) => at >= from && !known.has(at))
  return E.right({ newest, fires: [...fires, ...coming], others, through, complete })
}

/** The task's state before anything recorded at `begin` or later. */
const stateBefore = async (
  deps: ApiDeps,
  taskId: TaskId,
  begin: Instant,
  now: Instant,
  newest: Newest,
): Promise<E.Either<Refusal, TaskState>> => {
  if (begin >= now) return E.right(newest.state)
  const revision = await revisionAt(deps, taskId, ({ recordedAtMs }) => recordedAtMs < begin)
  if (E.isLeft(revision)) return revision
  if (revision.right === null) return E.right(absent)
  if (revision.right === newest.revision) return E.right(newest.state)
  const folded = await stateAt(deps, taskId, revision.right)
  return E.map(({ state }: { state: TaskState }) => state)(folded)
}

const decisionsAtOnce = 250

const played = async (asked: Play): Promise<E.Either<Refusal, Played>> => {
  const playing = play(asked)
  for (let decisions = 1; ; decisions += 1) {
    const step = playing.next()
    if (step.done === true) return step.value
    if (decisions % decisionsAtOnce === 0) await breathe()
  }
}

const withCalendar = (
  snapshot: CalendarSnapshot,
  { tenant }: TaskId,
  change: t.TypeOf<typeof CalendarChange> | null,
): E.Either<Refusal, CalendarSnapshot> => {
  if (change === null) return E.right(snapshot)
  const { name, ...definition } = change
  const calendarId = { tenant, name }
  const compiled = compileCalendars([{ name, definition }])
  if (E.isLeft(compiled))
    return E.left({ type: 'CalendarInvalid', calendarId, problem: compiled.left })
  const known = new Map(snapshot.all().map((one) => [streamOfCalendar(one.calendarId), one]))
  known.set(streamOfCalendar(calendarId), { calendarId, definition, revision: 0 })
  return E.right(snapshotOf(known))
}
