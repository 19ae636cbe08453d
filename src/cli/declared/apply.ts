// `carillon tasks apply`: makes what is there like the documents say. Every document is tried first,
// and nothing is changed unless all of them make sense; then calendars come before the tasks that
// name them, and removals last. Applying the same files again changes nothing.
import { commonUsage, readArguments } from '../arguments.ts'
import { exitCodes, Refusal, usageProblem, type CliIo, type Command } from '../command.ts'
import { serviceOf, type Service } from '../service.ts'
import { inBatches } from './batches.ts'
import { readDocuments, type Document } from './documents.ts'
import { surplusCalendars, surplusTasks } from './prune.ts'
import { rehearse, type Rehearsed } from './rehearse.ts'
import { reportOf, stepsJson } from './report.ts'
import { carryOut, removalOf, stepOf } from './steps.ts'

const own = {
  file: { type: 'string', short: 'f', multiple: true },
  'dry-run': { type: 'boolean' },
  'exit-code': { type: 'boolean' },
  prune: { type: 'boolean' },
  'prune-calendars': { type: 'boolean' },
  reason: { type: 'string' },
} as const

export const applyTasks: Command = {
  name: 'tasks apply',
  summary: 'make tasks and calendars as files describe them',
  usage: `Usage: carillon tasks apply <file>… [options]

  --dry-run         only show what would change
  --exit-code       with --dry-run: exit code 6 when something would
  --prune           delete tasks that no document names, in the groups that documents name
  --prune-calendars  delete calendars that no document names
  --reason TEXT     why, for the log
${commonUsage}
A file holds documents as YAML (separated by ---) or JSON (a list); - is the standard input:

  kind: task
  group: billing
  job: nightly
  schedule: { type: cron, expression: 0 0 2 * * ?, zone: Asia/Shanghai }
  recall: { type: http, url: "http://127.0.0.1:9000/run" }
  data: { batch: 7 }

The other fields are those of PUT /api/v1/tasks/{group}/{job}; what is left out takes the service's
default. paused: true (with pausedUntil) and paused: false say whether it fires; left out, that stays
as it is. kind: calendar has name, zone, rules and exemptDates.

Examples:
  carillon tasks export -o tasks.yaml
  carillon tasks apply tasks.yaml --dry-run
  carillon tasks apply tasks.yaml --prune --reason "release 42"
`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, own)
    const files = [...positionals, ...(values.file ?? [])]
    if (files.length === 0) throw usageProblem('Which files? `-` is the standard input.')
    const service = serviceOf(io, values)
    const documents = await readDocuments(files, io)
    const rehearsed = await rehearseAll(service, documents, io)
    const surplus = [
      ...(values.prune === true ? await surplusTasks(service, documents) : []),
      ...(values['prune-calendars'] === true ? await surplusCalendars(service, documents) : []),
    ]
    const steps = [...rehearsed.map(stepOf), ...surplus.map(removalOf)]
    const isDry = values['dry-run'] === true
    const enacting = { service, reason: values.reason, now: () => io.now() }
    const exitCode = isDry ? exitCodes.ok : await carryOut(steps, enacting)
    io.write(values.json === true ? stepsJson(steps, isDry) : reportOf(steps, isDry))
    const matters = isDry && values['exit-code'] === true
    const isDifferent = steps.some(({ action }) => action !== 'none')
    return matters && isDifferent ? exitCodes.different : exitCode
  },
}

/** Calendars first. Everything that is wrong is said at once. */
const rehearseAll = async (
  service: Service,
  documents: readonly Document[],
  io: CliIo,
): Promise<readonly Rehearsed[]> => {
  const ordered = [
    ...documents.filter(({ kind }) => kind === 'calendar'),
    ...documents.filter(({ kind }) => kind === 'task'),
  ]
  const answers = await inBatches(ordered, async (document) => {
    try {
      return await rehearse(service, document, io.now())
    } catch (error) {
      if (!(error instanceof Refusal) || error.exitCode === exitCodes.unreachable) throw error
      return error
    }
  })
  const wrong = answers.filter((answer) => answer instanceof Refusal)
  if (wrong.length > 0)
    throw new Refusal(exitCodes.failed, wrong.map(({ message }) => message).join('\n'))
  return answers.flatMap((answer) => (answer instanceof Refusal ? [] : [answer]))
}
