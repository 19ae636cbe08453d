// `carillon simulate`: what would a change decide? The task's own rules are played over a window by the
// service, against what was and what is to come; nothing is changed.
import { stringify } from 'lossless-json'
import { commonUsage, instantOf, keyText, onlyTaskKey, readArguments } from '../arguments.ts'
import { Simulation } from '../answers.ts'
import { exitCodes, usageProblem, type CliIo, type Command } from '../command.ts'
import { serviceOf, taskPath } from '../service.ts'
import { changedTask, scheduleOptions } from './changed-task.ts'
import { documentsFor } from './documents-for.ts'
import { reportOf } from './report.ts'

const own = {
  from: { type: 'string' },
  to: { type: 'string' },
  ...scheduleOptions,
  'pause-from': { type: 'string' },
  'pause-to': { type: 'string' },
  file: { type: 'string', short: 'f', multiple: true },
  'exit-code': { type: 'boolean' },
} as const

const readOwn = (args: readonly string[]) => readArguments(args, own)
type Values = ReturnType<typeof readOwn>['values']

export const simulate: Command = {
  name: 'simulate',
  summary: 'what a changed schedule, calendar or pause would fire; changes nothing',
  usage: `Usage: carillon simulate <group>/<job> [options]

  --from T, --to T  the window (default: from now, seven days): instants, now, or a distance (--to=+30d)
  --cron EXPR       another expression (five fields with --unix), or
  --interval D      every 30s, 5m, 2h …; with --repeat N only that often after the first
  --zone Z          another time zone
  --start T, --end T  other bounds of the schedule
  --misfire WORD    another misfire instruction
  --calendar NAME   fire at no time this calendar excludes (repeatable; instead of those it has)
  --no-calendars    no exclusion calendar
  --pause-from T, --pause-to T  a pause there would be
  -f, --file FILE   the task, or one calendar, as documents that \`tasks apply\` takes
  --exit-code       exit code 6 when something would change
${commonUsage}
What is not named stays as it is. A change takes effect at the beginning of a past window, or now.

Examples:
  carillon simulate billing/nightly --cron "0 0 3 * * ?" --to=+30d
  carillon simulate billing/nightly --zone Europe/Berlin --from 2030-03-25T00:00:00Z --to 2030-04-02T00:00:00Z
  carillon simulate billing/nightly --pause-from=+1d --pause-to=+2d
  carillon simulate billing/nightly -f holidays.yaml --to=+60d
`,
  run: async (args, io) => {
    const { values, positionals } = readOwn(args)
    const key = onlyTaskKey(positionals)
    const window = windowOf(values, io.now())
    const service = serviceOf(io, values)
    const files = await documentsFor(key, values.file ?? [], io)
    const task = await changedTask(service, key, { files, values, now: io.now() })
    const { calendar } = files
    const body = stringify({ ...window, paused: pauseOf(values, io), task, calendar })
    const reply = await service.send({
      method: 'POST',
      path: `${taskPath(key)}/simulate`,
      body: body ?? '',
      codec: Simulation,
    })
    const json = `${JSON.stringify(reply.json)}\n`
    io.write(values.json === true ? json : reportOf(keyText(key), reply.value))
    const { added, removed, moved } = reply.value.counts
    const isDifferent = added + removed + moved > 0
    return values['exit-code'] === true && isDifferent ? exitCodes.different : exitCodes.ok
  },
}

const dayMs = 86_400_000
const windowDefaultMs = 7 * dayMs

const windowOf = ({ from, to }: Values, now: number) => {
  const fromMs = from === undefined ? now : instantOf('from', from, now)
  const toMs = to === undefined ? fromMs + windowDefaultMs : instantOf('to', to, now)
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }
}

const pauseOf = (values: Values, io: CliIo): object | undefined => {
  const { 'pause-from': from, 'pause-to': to } = values
  if (from === undefined && to === undefined) return undefined
  if (from === undefined || to === undefined)
    throw usageProblem('A pause has a beginning and an end: --pause-from and --pause-to.')
  const at = (name: string, text: string): string =>
    new Date(instantOf(name, text, io.now())).toISOString()
  return { from: at('pause-from', from), to: at('pause-to', to) }
}
