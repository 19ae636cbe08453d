// The environment, decoded once. What is wrong is named, all of it at the same time; variables the
// service does not know are none of its business. An empty variable counts as absent.
import * as E from 'fp-ts/lib/Either.js'
import { isIP } from 'node:net'
import { type Config, settings } from './config/settings.ts'

export type { Config } from './config/settings.ts'
export { helpText, settingsTable } from './config/tables.ts'

export interface ConfigProblem {
  readonly variable: string
  /** `expected an integer between 0 and 65535, got "abc"` */
  readonly message: string
}

type Environment = Readonly<Record<string, string | undefined>>

export const decodeConfig = (
  environment: Environment,
): E.Either<readonly ConfigProblem[], Config> => {
  const problems: ConfigProblem[] = []
  const values: Record<string, unknown> = {}
  for (const [key, { variable, codec, initial, ...rest }] of Object.entries(settings)) {
    const given = environment[variable]?.trim() ?? ''
    if (given === '' && initial === null) {
      values[key] = null
      continue
    }
    const text = given === '' && initial !== null ? textOf(initial) : given
    const decoded: E.Either<unknown, unknown> = codec.decode(text)
    if (E.isRight(decoded)) {
      values[key] = decoded.right
      continue
    }
    const got = 'secret' in rest ? 'something else (not shown)' : JSON.stringify(text)
    problems.push({ variable, message: `expected ${codec.name}, got ${got}` })
  }
  // Every key of the table has been decoded by its own codec, or is among the problems.
  const config = values as unknown as Config
  problems.push(...rules.flatMap((rule) => rule(config)))
  return problems.length === 0 ? E.right(config) : E.left(problems)
}

const textOf = (initial: string | (() => string)): string =>
  typeof initial === 'string' ? initial : initial()

/** One line per problem, each naming its variable. */
export const describeProblems = (problems: readonly ConfigProblem[]): string =>
  problems.map(({ variable, message }) => `${variable}: ${message}`).join('\n')

/** What no variable can say alone. A value that could not be decoded is undefined here. */
type Rule = (config: Partial<Config>) => readonly ConfigProblem[]

const openMustBeSaid: Rule = ({ host, openToEveryone }) =>
  host === undefined || openToEveryone !== false || isLoopback(host)
    ? []
    : [
        {
          variable: 'HOST',
          message:
            `"${host}" can be reached from other machines, and there is no door yet: ` +
            'use a loopback address such as 127.0.0.1, or set OPEN_TO_EVERYONE=true as well',
        },
      ]

/** Read models that are made anew must not come out with less history than they had. */
const logMustOutliveRuns: Rule = ({ logRetentionDays = null, runRetentionDays = 0 }) =>
  logRetentionDays === null || logRetentionDays >= runRetentionDays
    ? []
    : [
        {
          variable: 'LOG_RETENTION_DAYS',
          message:
            `expected at least RUN_RETENTION_DAYS (${runRetentionDays}), got "${logRetentionDays}": ` +
            'the history of runs is made of the log',
        },
      ]

const rules: readonly Rule[] = [openMustBeSaid, logMustOutliveRuns]

const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && /^127\./.test(host))
