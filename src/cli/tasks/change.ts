// `carillon tasks pause|resume|delete|trigger`: one command for each task that is named, in order.
// What one of them is refused does not stop the others; the exit code is that of the first refusal.
import {
  commonUsage,
  instantOf,
  keyText,
  readArguments,
  taskKeysOf,
  type TaskKey,
} from '../arguments.ts'
import { TaskChanged } from '../answers.ts'
import { exitCodes, Refusal, type CliIo, type Command, type ExitCode } from '../command.ts'
import { localTime } from '../output/times.ts'
import { serviceOf, taskPath, type Reply, type Service } from '../service.ts'

interface Change {
  readonly verb: 'pause' | 'resume' | 'delete' | 'trigger'
  readonly summary: string
  readonly example: string
  readonly done: (changed: TaskChanged) => string
}

const changes: readonly Change[] = [
  {
    verb: 'pause',
    summary: 'stop firing, until somebody resumes the task or --until comes',
    example:
      'carillon tasks pause billing/nightly --reason stock-taking --until 2026-12-01T08:00:00Z',
    done: () => 'paused',
  },
  {
    verb: 'resume',
    summary: 'fire again; the misfire instruction decides about what was missed',
    example: 'carillon tasks resume billing/nightly',
    done: () => 'resumed',
  },
  {
    verb: 'delete',
    summary: 'remove the task; its history stays',
    example: 'carillon tasks delete billing/nightly --reason "moved to payroll"',
    done: () => 'deleted',
  },
  {
    verb: 'trigger',
    summary: 'run once, now, whatever the schedule says',
    example: 'carillon tasks trigger billing/nightly --json | jq -r .runId',
    done: ({ runId }) => `triggered, run ${runId ?? ''}`,
  },
]

const usageOf = ({
  verb,
  example,
}: Change): string => `Usage: carillon tasks ${verb} <group>/<job>… [options]
${verb === 'pause' ? '\n  --until T         resume by itself then; an instant, or +2h' : ''}
  --reason TEXT     why, for the log
${commonUsage}
Example:
  ${example}
`

const options = { reason: { type: 'string' }, until: { type: 'string' } } as const

interface Said {
  readonly reason: string | undefined
  readonly until: string | null
}

const send = (service: Service, { verb }: Change, key: TaskKey, { reason, until }: Said) => {
  const codec = TaskChanged
  if (verb === 'delete')
    return service.send({ method: 'DELETE', path: taskPath(key), query: { reason }, codec })
  const path = `${taskPath(key)}/${verb}`
  return service.send({ method: 'POST', path, query: { reason, until }, codec })
}

const commandOf = (change: Change): Command => ({
  name: `tasks ${change.verb}`,
  summary: change.summary,
  usage: usageOf(change),
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, options)
    const until =
      values.until === undefined ? null : new Date(instantOf('until', values.until, io.now()))
    const service = serviceOf(io, values)
    const said = { reason: values.reason, until: until === null ? null : until.toISOString() }
    const keys = taskKeysOf(positionals)
    return changeEach(keys, io, async (key) => {
      const reply = await send(service, change, key, said)
      report(io, change, key, reply, values.json === true, said.until)
    })
  },
})

const report = (
  io: CliIo,
  { done }: Change,
  key: TaskKey,
  { json, value }: Reply<TaskChanged>,
  asJson: boolean,
  until: string | null,
): void => {
  const end = until === null ? '' : ` until ${localTime(until) ?? ''}`
  const line = `${keyText(key)} ${done(value)}${end}, revision ${value.revision}`
  io.write(asJson ? `${JSON.stringify(json)}\n` : `${line}\n`)
}

/** The exit code of the first that is refused. Nobody answering ends it at once. */
const changeEach = async (
  keys: readonly TaskKey[],
  io: CliIo,
  change: (key: TaskKey) => Promise<void>,
): Promise<ExitCode> => {
  let exitCode: ExitCode = exitCodes.ok
  for (const key of keys) {
    try {
      await change(key)
    } catch (error) {
      if (!(error instanceof Refusal) || error.exitCode === exitCodes.unreachable) throw error
      io.writeError(`${keyText(key)}: ${error.message}\n`)
      if (exitCode === exitCodes.ok) exitCode = error.exitCode
    }
  }
  return exitCode
}

export const taskChanges: readonly Command[] = changes.map(commandOf)
