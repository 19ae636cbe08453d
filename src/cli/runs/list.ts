// `carillon runs list`: what ran, when, and how it ended.
import {
  commonUsage,
  instantOf,
  integerOf,
  noMore,
  readArguments,
  taskKeyOf,
} from '../arguments.ts'
import { RunPage, type Run } from '../answers.ts'
import { exitCodes, type Command } from '../command.ts'
import { durationText, localTime } from '../output/times.ts'
import { tableOf } from '../output/table.ts'
import { readPages } from '../pages.ts'
import { serviceOf } from '../service.ts'

const limitDefault = 50
const limitMax = 1_000_000

export const listRuns: Command = {
  name: 'runs list',
  summary: 'runs, newest first',
  usage: `Usage: carillon runs list [<group>/<job>] [options]

  --group NAME      of this group
  --outcome LIST    of running, retrying, accepted, succeeded, failed, timed-out, cancelled
  --cause LIST      of schedule, manual, catch-up, backfill, rerun
  --from T, --to T  triggered in this window: instants, now, or a distance such as --from=-2h
  --limit N         at most this many (default ${limitDefault})
${commonUsage}
Examples:
  carillon runs list billing/nightly
  carillon runs list --outcome failed,timed-out --from=-24h
`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, {
      group: { type: 'string' },
      outcome: { type: 'string' },
      cause: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      limit: { type: 'string' },
    })
    const [named, ...others] = positionals
    noMore(others)
    const key = named === undefined ? { group: values.group } : taskKeyOf(named)
    const at = (name: 'from' | 'to'): string | undefined =>
      values[name] === undefined
        ? undefined
        : new Date(instantOf(name, values[name], io.now())).toISOString()
    const { outcome, cause, limit } = values
    const { items, more, json } = await readPages(serviceOf(io, values), {
      path: '/api/v1/runs',
      query: { ...key, outcome, cause, from: at('from'), to: at('to') },
      codec: RunPage,
      itemsOf: ({ runs }) => runs,
      name: 'runs',
      countMax: integerOf('limit', limit ?? String(limitDefault), 1, limitMax),
    })
    io.write(values.json === true ? `${JSON.stringify(json)}\n` : tableOf(columns, items))
    if (more && values.json !== true) io.writeError('There are more; --limit shows them.\n')
    return exitCodes.ok
  },
}

const columns = [
  { heading: 'RUN', text: ({ runId }: Run) => runId },
  { heading: 'TASK', text: ({ group, job }: Run) => `${group}/${job}` },
  { heading: 'CAUSE', text: ({ cause }: Run) => cause },
  { heading: 'OUTCOME', text: ({ outcome }: Run) => outcome },
  { heading: 'TRIGGERED', text: ({ triggeredAt }: Run) => localTime(triggeredAt) },
  {
    heading: 'LATE',
    text: ({ latenessMs }: Run) => durationText(latenessMs),
    align: 'right' as const,
  },
  {
    heading: 'TOOK',
    text: ({ durationMs }: Run) => durationText(durationMs),
    align: 'right' as const,
  },
  { heading: 'TRIES', text: ({ attempts }: Run) => attempts, align: 'right' as const },
  { heading: 'REASON', text: ({ reason }: Run) => reason },
]
