// `carillon tasks list`: which tasks are there, and when does each fire next?
import { commonUsage, integerOf, noMore, readArguments } from '../arguments.ts'
import { TaskPage, type TaskSummary } from '../answers.ts'
import { exitCodes, type Command } from '../command.ts'
import { localTime } from '../output/times.ts'
import { tableOf } from '../output/table.ts'
import { readPages } from '../pages.ts'
import { serviceOf } from '../service.ts'

const limitDefault = 100
const limitMax = 1_000_000

export const listTasks: Command = {
  name: 'tasks list',
  summary: 'tasks with their status, next fire and last outcome',
  usage: `Usage: carillon tasks list [options]

  --group NAME      of this group
  --status LIST     of Active, Paused, Completed, Deleted (default: all but Deleted)
  -q, --text TEXT   whose names, description or target contain this
  --sort ORDER      key (default), next (soonest fire first) or changed (last change first)
  --limit N         at most this many (default ${limitDefault})
  --all             all of them
${commonUsage}
Examples:
  carillon tasks list --status Paused
  carillon tasks list --group billing --json | jq -r '.tasks[].job'
`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, {
      group: { type: 'string' },
      status: { type: 'string' },
      text: { type: 'string', short: 'q' },
      sort: { type: 'string' },
      limit: { type: 'string' },
      all: { type: 'boolean' },
    })
    noMore(positionals)
    const { group, status, text, sort, limit, all } = values
    const countMax =
      all === true ? limitMax : integerOf('limit', limit ?? String(limitDefault), 1, limitMax)
    const { items, more, json } = await readPages(serviceOf(io, values), {
      path: '/api/v1/tasks',
      query: { group, status, q: text, sort },
      codec: TaskPage,
      itemsOf: ({ tasks }) => tasks,
      name: 'tasks',
      countMax,
    })
    io.write(values.json === true ? `${JSON.stringify(json)}\n` : tableOf(columns, items))
    if (more && values.json !== true)
      io.writeError(`There are more; --limit or --all shows them.\n`)
    return exitCodes.ok
  },
}

const columns = [
  { heading: 'GROUP', text: ({ group }: TaskSummary) => group },
  { heading: 'JOB', text: ({ job }: TaskSummary) => job },
  { heading: 'STATUS', text: ({ status }: TaskSummary) => status },
  { heading: 'SCHEDULE', text: ({ scheduleRule }: TaskSummary) => scheduleRule, widthMax: 40 },
  { heading: 'ZONE', text: ({ zone }: TaskSummary) => zone },
  { heading: 'NEXT FIRE', text: ({ nextFireAt }: TaskSummary) => localTime(nextFireAt) },
  { heading: 'LAST OUTCOME', text: ({ lastRun }: TaskSummary) => lastRun?.outcome ?? null },
  { heading: 'NAME', text: ({ name }: TaskSummary) => name, widthMax: 40 },
]
