// The service's own log: one line per fact, for the operator. JSON for machines; on a terminal the
// same facts as short lines a person can read. What happened to tasks is not logged here: that is
// what the event log is for.
import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Logger

/** What most of the service needs of a log. Methods: a logger does not work without its `this`. */
export interface LogLines {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

export interface LogOptions {
  readonly level: LogLevel
  /** `auto`: pretty when the standard output is a terminal. */
  readonly format: 'auto' | 'pretty' | 'json'
  /** Where lines go; the standard output unless given. */
  readonly destination?: DestinationStream
}

export const createLog = ({ level, format, destination }: LogOptions): Log => {
  // Synchronous, so that the last lines before an exit are not lost.
  const out = destination ?? pino.destination({ fd: 1, sync: true })
  const isTerminal = destination === undefined && process.stdout.isTTY
  if (format === 'json' || (format === 'auto' && !isTerminal)) {
    const timestamp = (): string => `,"time":"${new Date().toISOString()}"`
    const formatters = { level: (label: string) => ({ level: label }) }
    return pino({ level, base: null, timestamp, formatters }, out)
  }
  const colour = isTerminal && process.env['NO_COLOR'] === undefined
  const pretty = { write: (line: string): void => out.write(prettyLine(line, colour)) }
  return pino({ level, base: null }, pretty)
}

const levels: Readonly<Record<number, { readonly word: string; readonly colour: number }>> = {
  10: { word: 'trace', colour: 90 },
  20: { word: 'debug', colour: 90 },
  30: { word: 'info ', colour: 32 },
  40: { word: 'warn ', colour: 33 },
  50: { word: 'error', colour: 31 },
  60: { word: 'fatal', colour: 31 },
}

/** `08:00:00.123 info  ready url=http://127.0.0.1:8080`, always exactly one line. */
export const prettyLine = (json: string, colour: boolean): string => {
  const fields = JSON.parse(json) as Record<string, unknown> // pino's own output
  const { level, time, msg, ...rest } = fields
  const { word, colour: code } = levels[Number(level)] ?? { word: 'log  ', colour: 0 }
  const paint = (text: string, sgr: number): string =>
    colour ? `\u001b[${String(sgr)}m${text}\u001b[0m` : text
  const pairs = Object.entries(rest).map(([name, value]) => ` ${name}=${printed(value)}`)
  const head = `${paint(localTime(Number(time)), 90)} ${paint(word, code)}`
  return `${head} ${oneLine(text(msg))}${paint(pairs.join(''), 90)}\n`
}

const text = (message: unknown): string => (typeof message === 'string' ? message : '')

const localTime = (epochMs: number): string => {
  const at = new Date(epochMs)
  const two = (n: number): string => String(n).padStart(2, '0')
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
  return `${clock}.${String(at.getMilliseconds()).padStart(3, '0')}`
}

const printed = (value: unknown): string => {
  if (isError(value)) return oneLine(value.stack ?? value.message)
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value
  return JSON.stringify(value)
}

/** Errors as pino serialises them. */
const isError = (value: unknown): value is { message: string; stack?: string } =>
  typeof value === 'object' && value !== null && 'stack' in value && 'message' in value

const oneLine = (value: string): string => value.replaceAll(/\s*\n\s*/g, ' ⏎ ')
