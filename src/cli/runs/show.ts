// `carillon runs show`: one run with everything that happened to it, event by event.
import * as t from 'io-ts'
import { commonUsage, readArguments } from '../arguments.ts'
import { EventPage, Run, type StoredEvent } from '../answers.ts'
import { exitCodes, type Command } from '../command.ts'
import { flattened } from '../output/flattened.ts'
import { durationText, localTime } from '../output/times.ts'
import { factsOf, tableOf } from '../output/table.ts'
import { serviceOf, taskPath, type Service } from '../service.ts'
import { onlyRunId } from './run-id.ts'

export const showRun: Command = {
  name: 'runs show',
  summary: 'one run with its attempts',
  usage: `Usage: carillon runs show <run id> [options]
${commonUsage}
With --json the run's events stand in "events".

Example:
  carillon runs show 0192d3c4b5a697881726354433221100
`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, {})
    const runId = onlyRunId(positionals)
    const service = serviceOf(io, values)
    const reply = await service.send({ path: `/api/v1/runs/${runId}`, codec: Run })
    const events = await eventsOf(service, reply.value)
    if (values.json === true)
      io.write(`${JSON.stringify(Object.assign({}, reply.json, { events }))}\n`)
    else io.write(`${facts(reply.value)}\n${tableOf(columns, events)}`)
    return exitCodes.ok
  },
}

const pageSize = 1_000
const pagesMax = 20

/** From the run's first event on, until it has ended or a long stretch holds nothing of it. */
const eventsOf = async (service: Service, run: Run): Promise<readonly StoredEvent[]> => {
  const found: StoredEvent[] = []
  let cursor: string | null = String(run.revision)
  for (let read = 0; cursor !== null && read < pagesMax; read++) {
    const page: EventPage = await service.ask({
      path: `${taskPath(run)}/events`,
      query: { cursor, limit: pageSize },
      codec: EventPage,
    })
    found.push(...page.events.filter(({ data }) => OfRun.is(data) && data.runId === run.runId))
    const isOver = run.finishedAt !== null && page.events.some(isAfter(run.finishedAt))
    cursor = isOver ? null : page.next
  }
  return found
}

const OfRun = t.type({ runId: t.string })

// What comes back late follows the end within minutes, if at all.
const lateMs = 10 * 60_000
const isAfter =
  (finishedAt: string) =>
  ({ recordedAt }: StoredEvent): boolean =>
    Date.parse(recordedAt) > Date.parse(finishedAt) + lateMs

const facts = (run: Run): string =>
  factsOf([
    ['run', run.runId],
    ['task', `${run.group}/${run.job}`],
    ['outcome', run.outcome],
    ['cause', run.cause],
    ['scheduled for', localTime(run.scheduledFor)],
    ['triggered', localTime(run.triggeredAt)],
    ['started', localTime(run.startedAt)],
    ['finished', localTime(run.finishedAt)],
    ['retry at', localTime(run.retryAt)],
    ['deadline', localTime(run.deadlineAt)],
    ['late', durationText(run.latenessMs)],
    ['took', durationText(run.durationMs)],
    ['attempts', run.attempts],
    ['target', run.target],
    ['status code', run.statusCode],
    ['reason', run.reason],
    ['result', run.resultValue],
  ])

const untold = new Set(['runId', 'trigger', 'calendars', 'tzVersion'])

const detailOf = ({ data }: StoredEvent): string => {
  if (typeof data !== 'object' || data === null) return ''
  const told = Object.entries(data).filter(([name]) => !untold.has(name))
  const leaves = [...flattened(Object.fromEntries(told))]
  return leaves.map(([path, value]) => `${path}=${value}`).join(' ')
}

const columns = [
  { heading: 'WHEN', text: ({ recordedAt }: StoredEvent) => localTime(recordedAt) },
  { heading: 'EVENT', text: ({ type }: StoredEvent) => type },
  { heading: 'DETAIL', text: detailOf, widthMax: 120 },
]
