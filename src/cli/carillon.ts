// The `carillon` command line: finds the subcommand, hands it its arguments, and turns what it
// refuses into words and an exit code. Everything but `serve` runs here, in a test as in a shell.
import { exitCodes, Refusal, type CliIo, type Command, type ExitCode } from './command.ts'
import { applyTasks } from './declared/apply.ts'
import { exportTasks } from './declared/export.ts'
import { doctor } from './doctor/doctor.ts'
import { padded } from './output/width.ts'
import { previewUsage, runPreview } from './preview.ts'
import { listProjections, rebuildProjection } from './projections.ts'
import { runChanges } from './runs/change.ts'
import { listRuns } from './runs/list.ts'
import { showRun } from './runs/show.ts'
import { simulate } from './simulate/simulate.ts'
import { addTask } from './tasks/add.ts'
import { taskChanges } from './tasks/change.ts'
import { listTasks } from './tasks/list.ts'
import { showTask } from './tasks/show.ts'
import { why } from './why.ts'

const preview: Command = {
  name: 'preview',
  summary: 'what a schedule will do: next or previous instants, in words; asks no service',
  usage: previewUsage,
  run: runPreview,
}

const commands: readonly Command[] = [
  listTasks,
  showTask,
  addTask,
  ...taskChanges,
  exportTasks,
  applyTasks,
  listRuns,
  showRun,
  ...runChanges,
  why,
  simulate,
  listProjections,
  rebuildProjection,
  doctor,
  preview,
]

const serveLine = ['serve', 'run the service; its settings come from the environment'] as const

const lineOf = ([name, summary]: readonly [string, string]): string =>
  `  ${padded(name, 20)}${summary}\n`

const listOf = (shown: readonly Command[]): string =>
  shown.map(({ name, summary }) => lineOf([name, summary])).join('')

const help = `Usage: carillon <command> [options]

${lineOf(serveLine)}${listOf(commands)}
\`carillon <command> --help\` says more. Most commands ask a running service:
--url or CARILLON_URL says where it is (default http://127.0.0.1:8080).
Instants are shown in the machine's time zone (TZ).

Exit codes: 0 done; 1 refused or failed; 2 the command line makes no sense; 3 not found;
4 no service answers; 5 changed meanwhile by somebody else; 6 there are differences.
`

/** Runs one command; everything but \`serve\`, which is the caller's. */
export const runCarillon = async (args: readonly string[], io: CliIo): Promise<ExitCode> => {
  const command = commands.find(({ name }) => named(name, args))
  if (command === undefined) return withoutCommand(args, io)
  const rest = args.slice(command.name.split(' ').length)
  if (asksForHelp(rest)) {
    io.write(command.usage)
    return exitCodes.ok
  }
  try {
    return await command.run(rest, io)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const hint =
      error.exitCode === exitCodes.usage ? `\n\`carillon ${command.name} --help\` says more.` : ''
    io.writeError(`${error.message}${hint}\n`)
    return error.exitCode
  }
}

const named = (name: string, args: readonly string[]): boolean =>
  name.split(' ').every((word, at) => args[at] === word)

const asksForHelp = (args: readonly string[]): boolean => {
  const end = args.indexOf('--')
  const options = end < 0 ? args : args.slice(0, end)
  return options.includes('--help') || options.includes('-h')
}

const withoutCommand = (args: readonly string[], io: CliIo): ExitCode => {
  const [first, second] = args
  const family = commands.filter(({ name }) => name.startsWith(`${first ?? ''} `))
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    io.write(help)
    return exitCodes.ok
  }
  if (family.length > 0 && (second === undefined || asksForHelp(args))) {
    io.write(`Usage: carillon ${first} <command> [options]\n\n${listOf(family)}`)
    return second === undefined ? exitCodes.usage : exitCodes.ok
  }
  const shown = family.length > 0 ? args.slice(0, 2) : [first]
  io.writeError(`Unknown command "${shown.join(' ')}".\n\n${help}`)
  return exitCodes.usage
}
