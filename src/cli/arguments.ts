// Arguments as they are typed, into values. What makes no sense is refused with a sentence that says
// what would.
import * as E from 'fp-ts/lib/Either.js'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { Instant, instantAt } from '../domain/instant.ts'
import { usageProblem } from './command.ts'

type Options = NonNullable<ParseArgsConfig['options']>

const common = {
  url: { type: 'string' },
  tenant: { type: 'string' },
  json: { type: 'boolean' },
} as const

/** Said by every command that asks the service. */
export const commonUsage = `
  --url URL         the service (default: CARILLON_URL, then http://127.0.0.1:8080)
  --tenant NAME     whose tasks (default: CARILLON_TENANT, then default)
  --json            the answer as JSON, for programs
`

const parsed = <O extends Options>(args: readonly string[], options: O) =>
  parseArgs({ args: [...args], options, allowPositionals: true, strict: true })

/** A command's own options and the common ones. */
export const readArguments = <const O extends Options>(args: readonly string[], own: O) => {
  try {
    return parsed(args, { ...common, ...own })
  } catch (thrown) {
    throw usageProblem(thrown instanceof Error ? thrown.message : 'The options are not understood.')
  }
}

export interface TaskKey {
  readonly group: string
  readonly job: string
}

const unescaped = (text: string): string => text.replaceAll(/%2f/gi, '/').replaceAll(/%25/g, '%')

/** `<group>/<job>`; a slash within a name is written `%2F`, a percent sign `%25`. */
export const taskKeyOf = (text: string): TaskKey => {
  const slash = text.indexOf('/')
  const [group, job] = [text.slice(0, slash), text.slice(slash + 1)].map(unescaped)
  if (slash < 1 || group === undefined || job === undefined || job === '')
    throw usageProblem(`"${text}" names no task: expected <group>/<job>, such as billing/nightly.`)
  return { group, job }
}

const escaped = (name: string): string => name.replaceAll('%', '%25').replaceAll('/', '%2F')

/** As {@link taskKeyOf} reads it. */
export const keyText = ({ group, job }: TaskKey): string => `${escaped(group)}/${escaped(job)}`

export const taskKeysOf = (positionals: readonly string[]): readonly TaskKey[] => {
  if (positionals.length === 0) throw usageProblem('Which task? Expected <group>/<job>.')
  return positionals.map(taskKeyOf)
}

export const onlyTaskKey = (positionals: readonly string[]): TaskKey => {
  const [key, ...more] = taskKeysOf(positionals)
  if (key === undefined || more.length > 0) throw usageProblem('Expected one <group>/<job>.')
  return key
}

export const noMore = (positionals: readonly string[]): void => {
  if (positionals.length > 0) throw usageProblem(`"${positionals.join(' ')}" is not expected here.`)
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `1500` (milliseconds), `30s`, `5m`, `2h`, `1d` */
export const durationMsOf = (name: string, text: string): number => {
  const match = /^(\d{1,15})(ms|s|m|h|d)?$/.exec(text)
  if (match === null)
    throw usageProblem(`--${name}: expected a duration such as 30s, 5m, 2h, found "${text}".`)
  return Number(match[1]) * (unitsMs[match[2] ?? 'ms'] ?? 1)
}

/** An ISO 8601 instant, epoch milliseconds, `now`, or a distance from now: `-2h`, `+30m`. */
export const instantOf = (name: string, text: string, now: number): Instant => {
  const distance = /^([+-])(.+)$/.exec(text)
  if (text === 'now') return instantAt(now)
  if (distance !== null && /^\d+(ms|s|m|h|d)$/.test(distance[2] ?? '')) {
    const ms = durationMsOf(name, distance[2] ?? '')
    return instantAt(distance[1] === '-' ? now - ms : now + ms)
  }
  const decoded = Instant.decode(text)
  if (E.isRight(decoded)) return decoded.right
  if (/^\d{1,16}$/.test(text)) return instantAt(Number(text))
  throw usageProblem(
    `--${name}: expected an instant such as 2026-11-23T08:00:00Z, now, -2h or +30m, found "${text}".`,
  )
}

export const integerOf = (name: string, text: string, min: number, max: number): number => {
  const value = /^-?\d{1,10}$/.test(text) ? Number(text) : NaN
  if (value >= min && value <= max) return value
  throw usageProblem(
    `--${name}: expected a whole number between ${min} and ${max}, found "${text}".`,
  )
}
