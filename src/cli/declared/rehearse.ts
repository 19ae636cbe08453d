// What a document would change, asked of the service, which fills in its defaults and judges; nothing
// is stored by asking.
import { stringify } from 'lossless-json'
import * as t from 'io-ts'
import { exitCodes, Refusal } from '../command.ts'
import { Definition } from '../answers.ts'
import { Problem, problemLines, Refused, taskPath, type Service } from '../service.ts'
import { differencesOf, type Difference } from './differences.ts'
import { complaint, nameOf, type Document, type Fields } from './documents.ts'
import { pausingOf, type Pausing } from './pausing.ts'

const Current = t.intersection([
  t.type({ revision: t.number, definition: Definition }),
  // Of tasks: calendars have no other events than their changes.
  t.partial({
    changeRevision: t.number,
    status: t.string,
    pausedUntil: t.union([t.string, t.null]),
  }),
])
export type Current = t.TypeOf<typeof Current>

const Rehearsal = t.type({
  definition: Definition,
  problem: t.union([Problem, t.null]),
  current: t.union([Current, t.null]),
})

export interface Rehearsed {
  readonly document: Document
  readonly action: 'add' | 'change' | 'none'
  /** Of the definition; pausing and resuming stand apart. */
  readonly differences: readonly Difference[]
  readonly pausing: Pausing | null
  readonly current: Current | null
  /** What is sent if it comes to that. */
  readonly body: string
}

/** Complaints are thrown with the document's place. */
export const rehearse = async (
  service: Service,
  document: Document,
  now: number,
): Promise<Rehearsed> => {
  const first = await ask(service, document, document.fields)
  const fields = begun(document.fields, first.current?.definition)
  const { definition, problem, current } =
    fields === document.fields ? first : await ask(service, document, fields)
  const differences = current === null ? [] : differencesOf(current.definition, definition)
  const action = current === null ? 'add' : differences.length > 0 ? 'change' : 'none'
  if (problem !== null && action !== 'none') throw refusedAt(document, problem)
  const pausing =
    document.kind === 'task' ? pausingOf(document, current, action !== 'none', now) : null
  return { document, action, differences, pausing, current, body: textOf(fields) }
}

export const pathOf = (document: Document): string =>
  document.kind === 'task'
    ? taskPath(document.key)
    : `/api/v1/calendars/${encodeURIComponent(document.name)}`

const textOf = (fields: Fields): string => stringify(fields) ?? '{}'

const ask = async (service: Service, document: Document, fields: Fields) => {
  try {
    return await service.ask({
      method: 'PUT',
      path: pathOf(document),
      query: { dryRun: 'true' },
      body: textOf(fields),
      codec: Rehearsal,
    })
  } catch (error) {
    throw error instanceof Refused ? refusedAt(document, error.problem, error) : error
  }
}

const refusedAt = (document: Document, problem: Problem, cause?: Refused): Refusal =>
  new Refusal(
    cause?.exitCode ?? exitCodes.failed,
    problemLines(problem)
      .map((line) => complaint(document.place, nameOf(document), line))
      .join('\n'),
  )

/** An interval that names no beginning keeps the one it has; a new one begins now. */
export const begun = (fields: Fields, current: Fields | undefined): Fields => {
  const { schedule } = fields
  const running = current?.['schedule']
  if (!t.UnknownRecord.is(schedule) || !t.UnknownRecord.is(running)) return fields
  const isSame = schedule['type'] === 'simple' && running['type'] === 'simple'
  if (!isSame || schedule['startAt'] !== undefined) return fields
  return { ...fields, schedule: { ...schedule, startAt: running['startAt'] } }
}
