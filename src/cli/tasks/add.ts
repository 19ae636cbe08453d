// `carillon tasks add`: one task from options. Files, and many tasks at once, are for `tasks apply`.
import { commonUsage, durationMsOf, instantOf, integerOf, keyText } from '../arguments.ts'
import { onlyTaskKey, readArguments } from '../arguments.ts'
import { TaskChanged } from '../answers.ts'
import { exitCodes, usageProblem, type Command } from '../command.ts'
import { serviceOf, taskPath } from '../service.ts'

const own = {
  cron: { type: 'string' },
  interval: { type: 'string' },
  unix: { type: 'boolean' },
  zone: { type: 'string' },
  start: { type: 'string' },
  end: { type: 'string' },
  repeat: { type: 'string' },
  calendar: { type: 'string', multiple: true },
  call: { type: 'string' },
  socket: { type: 'string' },
  data: { type: 'string' },
  name: { type: 'string' },
  description: { type: 'string' },
  priority: { type: 'string' },
  timeout: { type: 'string' },
  retries: { type: 'string' },
  overlap: { type: 'string' },
  replace: { type: 'boolean' },
  reason: { type: 'string' },
} as const

type Values = ReturnType<typeof readOwn>['values']

const readOwn = (args: readonly string[]) => readArguments(args, own)

export const addTask: Command = {
  name: 'tasks add',
  summary: 'one task from options',
  usage: `Usage: carillon tasks add <group>/<job> (--cron EXPR | --interval 5m) (--call URL | --socket HOST:PORT) [options]

  --cron EXPR       Quartz expression of six or seven fields (five with --unix)
  --interval D      every 30s, 5m, 2h …; with --repeat N only that often after the first
  --zone Z          IANA time zone (default: the service's)
  --start T, --end T  bounds of the schedule
  --calendar NAME   fire at no time this calendar excludes (repeatable)
  --call URL        whom to call back over HTTP
  --socket H:P      or over TCP
  --data JSON       payload
  --name, --description, --priority N
  --timeout D       how long a call may take
  --retries N       how often a failed call is repeated
  --overlap allow|skip|queueOne  while a run is open
  --replace         overwrite the task if it is there (otherwise it is left alone: exit code 1)
  --reason TEXT     why, for the log
${commonUsage}
Examples:
  carillon tasks add billing/nightly --cron "0 0 2 * * ?" --zone Asia/Shanghai --call http://127.0.0.1:9000/run
  carillon tasks add demo/tick --interval 30s --call http://127.0.0.1:9000/tick --data '{"n":1}'
`,
  run: async (args, io) => {
    const { values, positionals } = readOwn(args)
    const key = onlyTaskKey(positionals)
    const body = bodyOf(values, io.now())
    const reply = await serviceOf(io, values).send({
      method: 'PUT',
      path: taskPath(key),
      query: { reason: values.reason },
      headers: values.replace === true ? {} : { 'If-None-Match': '*' },
      body,
      codec: TaskChanged,
    })
    const done = reply.value.created ? 'added' : 'replaced'
    io.write(
      values.json === true
        ? `${JSON.stringify(reply.json)}\n`
        : `${keyText(key)} ${done}, revision ${reply.value.revision}\n`,
    )
    return exitCodes.ok
  },
}

/** The payload goes as it was typed, so that its numbers keep their digits. */
const bodyOf = (values: Values, now: number): string => {
  const { name, description, priority, timeout, retries, overlap, data } = values
  const policy = {
    timeoutMs: timeout === undefined ? undefined : durationMsOf('timeout', timeout),
    retries: retries === undefined ? undefined : { max: integerOf('retries', retries, 0, 1_000) },
    overlap,
  }
  return JSON.stringify({
    schedule: scheduleOf(values, now),
    recall: recallOf(values),
    dataJson: data,
    name,
    description,
    priority:
      priority === undefined ? undefined : integerOf('priority', priority, -(2 ** 31), 2 ** 31 - 1),
    policy,
  })
}

const scheduleOf = (values: Values, now: number) => {
  const { cron, interval, unix, zone, start, end, repeat, calendar } = values
  if ((cron === undefined) === (interval === undefined))
    throw usageProblem('Either --cron or --interval says when.')
  const common = {
    zone,
    startAt: start === undefined ? undefined : new Date(instantOf('start', start, now)),
    endAt: end === undefined ? undefined : new Date(instantOf('end', end, now)),
    calendars: calendar,
  }
  if (interval === undefined)
    return { type: 'cron', expression: cron, dialect: unix === true ? 'unix' : 'quartz', ...common }
  const repeatCount = integerOf('repeat', repeat ?? '-1', -1, 2 ** 31 - 1)
  return { type: 'simple', intervalMs: durationMsOf('interval', interval), repeatCount, ...common }
}

const recallOf = ({ call, socket }: Values) => {
  if ((call === undefined) === (socket === undefined))
    throw usageProblem('Either --call or --socket says whom to call.')
  if (call !== undefined) return { type: 'http', url: call }
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(socket ?? '') ?? []
  if (host === undefined)
    throw usageProblem(`--socket: expected host:port, found "${socket ?? ''}".`)
  return { type: 'socket', host, port: Number(port) }
}
