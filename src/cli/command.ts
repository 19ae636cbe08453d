// What a subcommand is: arguments in, an exit code out, everything it touches handed to it. A command
// that cannot do what it was asked throws a Refusal, which carries its exit code and its words.

/** What a command may touch of the process. */
export interface CliIo {
  readonly stdin: AsyncIterable<Buffer | string>
  /** For what was asked for; programs read it. */
  readonly write: (text: string) => void
  /** For everything said about it. */
  readonly writeError: (text: string) => void
  readonly now: () => number
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The meaning of exit codes is promised to scripts: codes are added, never changed. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unreachable: 4,
  changedMeanwhile: 5,
  different: 6,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The end of a command that could not do what it was asked. */
export class Refusal extends Error {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The command line itself makes no sense. */
export const usageProblem = (message: string): Refusal => new Refusal(exitCodes.usage, message)

export interface Command {
  /** As it is typed: `tasks list`. */
  readonly name: string
  readonly summary: string
  /** Options and examples, shown by `--help`. */
  readonly usage: string
  readonly run: (args: readonly string[], io: CliIo) => Promise<ExitCode>
}
