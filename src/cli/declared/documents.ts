// The desired state as files hold it: tasks and calendars, one a document, as YAML or JSON. A document
// is checked here for what the command line itself reads of it; the rest is the service's to judge.
// Whatever is wrong is said with the file and the number of the document.
import { isLosslessNumber } from 'lossless-json'
import * as t from 'io-ts'
import { keyText, type TaskKey } from '../arguments.ts'
import { exitCodes, Refusal, type CliIo } from '../command.ts'
import { readFiles, type Loaded, type Place } from './files.ts'

export type Fields = Readonly<Record<string, unknown>>

export interface TaskDocument {
  readonly kind: 'task'
  readonly place: Place
  readonly key: TaskKey
  /** Null: left as it is. */
  readonly paused: boolean | null
  readonly pausedUntil: string | null
  /** The body of PUT; its numbers keep their digits. */
  readonly fields: Fields
}

export interface CalendarDocument {
  readonly kind: 'calendar'
  readonly place: Place
  readonly name: string
  readonly fields: Fields
}

export type Document = TaskDocument | CalendarDocument

export const nameOf = (document: Document): string =>
  document.kind === 'task' ? keyText(document.key) : document.name

/** `tasks.yaml: document 3 (billing/nightly): schedule.expression: …` */
export const complaint = ({ file, number }: Place, name: string, message: string): string =>
  `${file}: document ${number}${name === '' ? '' : ` (${name})`}: ${message}`

/** Throws with everything that is wrong. */
export const readDocuments = async (
  files: readonly string[],
  io: CliIo,
): Promise<readonly Document[]> => {
  const complaints: string[] = []
  const documents: Document[] = []
  for (const loaded of await readFiles(files, io)) {
    const document = documentOf(loaded)
    if (typeof document === 'string') complaints.push(complaint(loaded.place, '', document))
    else documents.push(document)
  }
  const seen = new Map<string, Place>()
  for (const document of documents) {
    const identity = `${document.kind} ${nameOf(document)}`
    const earlier = seen.get(identity)
    if (earlier !== undefined) {
      const where = `document ${earlier.number} of ${earlier.file}`
      complaints.push(complaint(document.place, nameOf(document), `stands in ${where} already.`))
    }
    seen.set(identity, document.place)
  }
  if (complaints.length > 0) throw new Refusal(exitCodes.failed, complaints.join('\n'))
  return documents
}

/** Or what is wrong with it. */
const documentOf = ({ place, value }: Loaded): Document | string => {
  if (!t.UnknownRecord.is(value) || isLosslessNumber(value))
    return 'expected an object with kind: task or kind: calendar.'
  const { kind, ...fields } = value
  switch (kind) {
    case 'task':
      return taskOf(place, fields)
    case 'calendar': {
      const { name, ...rest } = fields
      return isName(name) ? { kind, place, name, fields: rest } : `name: ${textExpected}`
    }
    default:
      return 'kind: expected task or calendar.'
  }
}

const taskOf = (place: Place, fields: Fields): TaskDocument | string => {
  const { group, job, paused = null, pausedUntil = null, ...rest } = fields
  if (!isName(group)) return `group: ${textExpected}`
  if (!isName(job)) return `job: ${textExpected}`
  if (paused !== null && typeof paused !== 'boolean') return 'paused: expected true or false.'
  if (pausedUntil !== null && (typeof pausedUntil !== 'string' || isNaN(Date.parse(pausedUntil))))
    return 'pausedUntil: expected an instant such as 2026-11-23T08:00:00Z.'
  if (pausedUntil !== null && paused !== true)
    return 'pausedUntil: only together with paused: true.'
  return { kind: 'task', place, key: { group, job }, paused, pausedUntil, fields: rest }
}

const textExpected = 'expected a text (in quotes, where it looks like something else).'

const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''
