// What files say of one task: the documents `tasks apply` takes, of which a simulation plays the task
// itself and one calendar. Whether a document pauses the task does not matter here.
import { keyText, type TaskKey } from '../arguments.ts'
import { exitCodes, Refusal, type CliIo } from '../command.ts'
import {
  complaint,
  nameOf,
  readDocuments,
  type Document,
  type Fields,
} from '../declared/documents.ts'

export interface Documents {
  /** The body of PUT; null: no document speaks of the task. */
  readonly task: Fields | null
  readonly calendar: Fields | undefined
}

export const documentsFor = async (
  key: TaskKey,
  files: readonly string[],
  io: CliIo,
): Promise<Documents> => {
  const documents = files.length === 0 ? [] : await readDocuments(files, io)
  const tasks = documents.filter((document) => document.kind === 'task')
  const calendars = documents.filter((document) => document.kind === 'calendar')
  const stranger = tasks.find((document) => keyText(document.key) !== keyText(key))
  if (stranger !== undefined) throw refused(stranger, `only ${keyText(key)} is simulated.`)
  const [calendar, another] = calendars
  if (another !== undefined) throw refused(another, 'one calendar at a time is simulated.')
  return {
    task: tasks[0]?.fields ?? null,
    calendar: calendar === undefined ? undefined : { name: calendar.name, ...calendar.fields },
  }
}

const refused = (document: Document, message: string): Refusal =>
  new Refusal(exitCodes.failed, complaint(document.place, nameOf(document), message))
