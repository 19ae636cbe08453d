// `carillon tasks show`: one task, its definition and how it fares.
import { commonUsage, keyText, onlyTaskKey, readArguments } from '../arguments.ts'
import { TaskView } from '../answers.ts'
import { exitCodes, type Command } from '../command.ts'
import { localTime } from '../output/times.ts'
import { factsOf } from '../output/table.ts'
import { flattened } from '../output/flattened.ts'
import { serviceOf, taskPath } from '../service.ts'

export const showTask: Command = {
  name: 'tasks show',
  summary: 'one task with its whole definition',
  usage: `Usage: carillon tasks show <group>/<job> [options]
${commonUsage}
Examples:
  carillon tasks show billing/nightly
  carillon tasks show billing/nightly --json | jq .definition
`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, {})
    const key = onlyTaskKey(positionals)
    const reply = await serviceOf(io, values).send({ path: taskPath(key), codec: TaskView })
    if (values.json === true) io.write(`${JSON.stringify(reply.json)}\n`)
    else io.write(`${keyText(key)}\n\n${report(reply.value)}`)
    return exitCodes.ok
  },
}

const by = (actor: string | null, reason: string | null): string =>
  (actor === null ? '' : ` by ${actor}`) + (reason === null ? '' : `: ${reason}`)

const report = (task: TaskView): string => {
  const { counts, lastRun } = task
  const since = `${task.status} since ${localTime(task.statusSince) ?? ''}`
  const facts = factsOf([
    ['status', since + by(task.statusBy, task.statusReason)],
    ['paused until', localTime(task.pausedUntil)],
    ['name', task.name],
    ['description', task.description],
    ['rule', task.ruleWords?.en ?? null],
    ['next fire', localTime(task.nextFireAt)],
    ['last run', lastRun === null ? null : `${lastRun.runId} ${lastRun.outcome}`],
    ['fired', `${counts.fired}, running ${counts.running}, skipped ${counts.skipped}`],
    [
      'outcomes',
      `succeeded ${counts.succeeded}, failed ${counts.failed}, timed out ${counts.timedOut}, cancelled ${counts.cancelled}`,
    ],
    ['added', (localTime(task.addedAt) ?? '') + by(task.addedBy, null)],
    ['changed', (localTime(task.changedAt) ?? '') + by(task.changedBy, null)],
    ['revision', task.revision],
  ])
  const definition = [...flattened(task.definition)].map(([path, value]) => [path, value] as const)
  return `${facts}\n${factsOf(definition)}`
}
