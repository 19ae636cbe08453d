// `carillon tasks export`: tasks and calendars as documents that `tasks apply` takes. What a document
// does not say has one meaning for every service, so an export means the same wherever it is applied.
import { writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { commonUsage, keyText, readArguments, taskKeyOf, type TaskKey } from '../arguments.ts'
import { Calendars, type Calendar, TaskPage, TaskView } from '../answers.ts'
import { exitCodes, Refusal, usageProblem, type CliIo, type Command } from '../command.ts'
import { readPages } from '../pages.ts'
import { serviceOf, taskPath, type Service } from '../service.ts'
import { inBatches } from './batches.ts'
import { plainPayload } from './payload.ts'

export const exportTasks: Command = {
  name: 'tasks export',
  summary: 'tasks and calendars as a file that apply takes',
  usage: `Usage: carillon tasks export [<group>/<job>…] [options]

  --group NAME      tasks of this group alone, and no calendars
  --status LIST     of Active, Paused, Completed (default: Active,Paused)
  -o, --output FILE where to (default: the standard output)
  --format yaml|json  (default: by the name of the file, then yaml)
${commonUsage}
Examples:
  carillon tasks export -o tasks.yaml
  carillon tasks export --group billing --format json
`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, {
      group: { type: 'string' },
      status: { type: 'string' },
      output: { type: 'string', short: 'o' },
      format: { type: 'string' },
    })
    const service = serviceOf(io, values)
    const { group, status = 'Active,Paused' } = values
    const format = formatOf(values)
    const keys =
      positionals.length > 0 ? positionals.map(taskKeyOf) : await keysOf(service, { group, status })
    const tasks = await tasksOf(service, keys, positionals.length > 0)
    const isWhole = positionals.length === 0 && group === undefined
    const calendars = isWhole
      ? (await service.ask({ path: '/api/v1/calendars', codec: Calendars })).calendars
      : []
    const documents = [...calendars.map(calendarDocument), ...tasks.map(taskDocument)]
    await deliver(io, values.output, textOf(format, documents))
    if (values.output !== undefined)
      io.writeError(`${tasks.length} tasks and ${calendars.length} calendars in ${values.output}\n`)
    return exitCodes.ok
  },
}

type Format = 'yaml' | 'json'

const formatOf = (given: {
  readonly format?: string | undefined
  readonly output?: string | undefined
  readonly json?: boolean | undefined
}): Format => {
  const { format, output, json } = given
  if (format === 'yaml' || format === 'json') return format
  if (format !== undefined)
    throw usageProblem(`--format: expected yaml or json, found "${format}".`)
  return json === true || output?.toLowerCase().endsWith('.json') === true ? 'json' : 'yaml'
}

const keysOf = async (
  service: Service,
  query: { readonly group: string | undefined; readonly status: string },
): Promise<readonly TaskKey[]> => {
  const { items } = await readPages(service, {
    path: '/api/v1/tasks',
    query,
    codec: TaskPage,
    itemsOf: ({ tasks }) => tasks,
    name: 'tasks',
    countMax: Number.MAX_SAFE_INTEGER,
  })
  return items
}

/** One that was listed and is gone by now is left out. */
const tasksOf = async (
  service: Service,
  keys: readonly TaskKey[],
  areNamed: boolean,
): Promise<readonly TaskView[]> => {
  const found = await inBatches(keys, async (key) => {
    try {
      return [await service.ask({ path: taskPath(key), codec: TaskView })]
    } catch (error) {
      const isGone = error instanceof Refusal && error.exitCode === exitCodes.notFound
      if (!isGone) throw error
      if (areNamed) throw new Refusal(exitCodes.notFound, `${keyText(key)}: ${error.message}`)
      return []
    }
  })
  return found.flat()
}

const taskDocument = ({ group, job, status, pausedUntil, definition }: TaskView): object => {
  const { dataJson, ...rest } = definition
  const { name, description, priority, schedule, recall, ...others } = rest
  const plain = typeof dataJson === 'string' ? plainPayload(dataJson) : undefined
  const isPaused = status === 'Paused'
  const state = isPaused ? { paused: true, pausedUntil } : {}
  const fields = { name, description, ...state, priority, schedule, recall, ...others }
  // A payload is as it is: its nulls are its own.
  const payload = plain === undefined ? { dataJson } : plain === null ? {} : { data: plain }
  return { kind: 'task', group, job, ...withoutNulls(fields), ...payload }
}

const calendarDocument = ({ name, zone, rules, exemptDates }: Calendar): object => ({
  kind: 'calendar',
  ...{ name, zone, rules, exemptDates },
})

/** Null and the empty list of calendars are what their absence means everywhere. */
const withoutNulls = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
      const isEmpty = name === 'calendars' && Array.isArray(value) && value.length === 0
      if (value === null || value === undefined || isEmpty) return []
      const isObject = typeof value === 'object' && !Array.isArray(value)
      return [[name, isObject ? withoutNulls(value) : value] as const]
    }),
  )

const textOf = (format: Format, documents: readonly object[]): string =>
  format === 'json'
    ? `${JSON.stringify(documents, null, 2)}\n`
    : documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n')

const deliver = async (io: CliIo, output: string | undefined, text: string): Promise<void> => {
  if (output === undefined || output === '-') return io.write(text)
  try {
    await writeFile(output, text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Refusal(exitCodes.failed, `${output} cannot be written: ${reason}`)
  }
}
