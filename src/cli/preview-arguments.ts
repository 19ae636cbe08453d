// The options of `carillon preview` as a schedule and a question. Answers a reason in words where an
// option makes no sense. Knows nothing of output.
import * as E from 'fp-ts/lib/Either.js'
import { parseArgs } from 'node:util'
import { instantAt, InstantFromNumber, type Instant } from '../domain/instant.ts'
import { previewCountMax, type PreviewQuery } from '../domain/schedule/preview.ts'
import { GapRule, OverlapRule, type Schedule } from '../domain/schedule/schedule.ts'

interface Options {
  readonly cron?: string
  readonly interval?: string
  readonly zone?: string
  readonly count?: string
  readonly from?: string
  readonly to?: string
  readonly previous?: boolean
  readonly start?: string
  readonly end?: string
  readonly unix?: boolean
  readonly gap?: string
  readonly overlap?: string
  readonly repeat?: string
}

const read = (args: readonly string[]): E.Either<string, Options> => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        cron: { type: 'string' },
        interval: { type: 'string' },
        zone: { type: 'string' },
        count: { type: 'string', short: 'n' },
        from: { type: 'string' },
        to: { type: 'string' },
        previous: { type: 'boolean' },
        start: { type: 'string' },
        end: { type: 'string' },
        unix: { type: 'boolean' },
        gap: { type: 'string' },
        overlap: { type: 'string' },
        repeat: { type: 'string' },
        json: { type: 'boolean' },
      },
    })
    const [expression, ...more] = positionals
    if (expression === undefined) return E.right(values)
    if (more.length > 0)
      return E.left(`Expected one expression in quotes, found ${positionals.length} arguments.`)
    if (values.cron !== undefined || values.interval !== undefined)
      return E.left(`"${expression}" and --cron or --interval: expected one of them.`)
    return E.right({ ...values, cron: expression })
  } catch (thrown) {
    return E.left(thrown instanceof Error ? thrown.message : 'The options are not understood.')
  }
}

const instantOf = (name: string, text: string): E.Either<string, Instant> => {
  const ms = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text)
  return InstantFromNumber.is(ms)
    ? E.right(ms)
    : E.left(`--${name}: expected an ISO 8601 instant or epoch milliseconds, found "${text}".`)
}

const optionalInstant = (
  name: string,
  text: string | undefined,
): E.Either<string, Instant | null> => (text === undefined ? E.right(null) : instantOf(name, text))

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `1500`, `30s`, `5m`, `2h`, `1d` */
const durationMs = (text: string): number | null => {
  const match = /^(\d+)(ms|s|m|h|d)?$/.exec(text)
  return match === null ? null : Number(match[1]) * (unitsMs[match[2] ?? 'ms'] ?? 1)
}

const common = {
  misfireThresholdMs: 60_000,
  catchUpMax: 100,
  catchUpWindowMs: null,
  jitterMs: 0,
  calendars: [],
}

export const scheduleOf = (args: readonly string[], now: Instant): E.Either<string, Schedule> => {
  const options = read(args)
  if (E.isLeft(options)) return options
  const { cron, interval, zone = 'UTC', gap = 'skip', overlap = 'second' } = options.right
  const startAt = optionalInstant('start', options.right.start)
  if (E.isLeft(startAt)) return startAt
  const endAt = optionalInstant('end', options.right.end)
  if (E.isLeft(endAt)) return endAt
  if (cron !== undefined) {
    if (!GapRule.is(gap)) return E.left('--gap is skip or after.')
    if (!OverlapRule.is(overlap)) return E.left('--overlap is second, first or both.')
    return E.right({
      type: 'cron',
      expression: cron,
      dialect: options.right.unix === true ? 'unix' : 'quartz',
      startAt: startAt.right,
      misfire: 'smart',
      gap,
      overlap,
      zone,
      endAt: endAt.right,
      ...common,
    })
  }
  const intervalMs = interval === undefined ? null : durationMs(interval)
  if (intervalMs === null)
    return E.left('Either --cron or --interval (such as 30s, 5m, 2h) is needed.')
  const repeatCount = Number(options.right.repeat ?? -1)
  return E.right({
    type: 'simple',
    startAt: startAt.right ?? now,
    intervalMs,
    repeatCount,
    misfire: 'smart',
    zone,
    endAt: endAt.right,
    ...common,
  })
}

export const queryOf = (args: readonly string[], now: Instant): E.Either<string, PreviewQuery> => {
  const options = read(args)
  if (E.isLeft(options)) return options
  const countDefault = options.right.to === undefined ? 5 : previewCountMax
  const count = Number(options.right.count ?? countDefault)
  if (!Number.isInteger(count) || count < 1) return E.left('--count is a whole number from 1 on.')
  const from = optionalInstant('from', options.right.from)
  if (E.isLeft(from)) return from
  const to = optionalInstant('to', options.right.to)
  if (E.isLeft(to)) return to
  const start = from.right ?? now
  if (to.right !== null) return E.right({ type: 'between', from: start, to: to.right, count })
  if (options.right.previous === true) return E.right({ type: 'previous', before: start, count })
  // What is planned at the very instant asked for is shown too.
  return E.right({ type: 'next', after: instantAt(from.right === null ? now : start - 1), count })
}
