// `timeConfig` of a simple trigger. The wire counts runs, Quartz counts repeats after the first: n
// runs are a repeat count of n - 1. No timeConfig, or the interval type NULL, is one run; so is a
// count of 0 that is not for ever, because a registered task that runs never makes no sense.
import { type Fields } from './fields.ts'
import { type JsonObject } from './json.ts'

export interface SimpleTiming {
  readonly intervalMs: number
  /** Quartz's: -1 for ever. */
  readonly repeatCount: number
  readonly rest: JsonObject
}

const unitMs = { NULL: 0, MILLISECOND: 1, SECOND: 1_000, MINUTE: 60_000, HOUR: 3_600_000 }
const units = ['NULL', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR'] as const
/** Beyond it the second fire would lie outside what a date can hold. */
const intervalMsMax = 8.64e15

export const decodeSimpleTiming = (task: Fields): SimpleTiming => {
  const time = task.nested('timeConfig')
  if (time === null) return { intervalMs: 0, repeatCount: 0, rest: {} }
  const unit = time.choice('intervalType', units)
  const interval = time.integer('interval', { min: 0, max: Number.MAX_SAFE_INTEGER })
  const isForever = time.boolean('isForever')
  const forever = time.boolean('forever')
  const runs = time.integer('repeatCount', { min: 0, max: 2_147_483_647 })
  if (unit === null && !time.has('intervalType') && interval !== null && interval > 0) {
    time.complain(
      'intervalType',
      'An interval needs its unit: MILLISECOND, SECOND, MINUTE or HOUR.',
      '填写了间隔时，须指定间隔类型：MILLISECOND、SECOND、MINUTE 或 HOUR。',
    )
  }
  const rest = time.rest()
  if (unit === null || unit === 'NULL') return { intervalMs: 0, repeatCount: 0, rest }
  const repeatCount = (isForever ?? forever ?? false) ? -1 : Math.max(0, (runs ?? 1) - 1)
  if (interval === null) {
    if (repeatCount !== 0 && !time.has('interval')) time.missing('interval')
    return { intervalMs: 0, repeatCount: 0, rest }
  }
  const intervalMs = interval * unitMs[unit]
  if (intervalMs > intervalMsMax) {
    time.complain('interval', 'The interval is too long.', '间隔过长。')
    return { intervalMs: 0, repeatCount: 0, rest }
  }
  return { intervalMs, repeatCount, rest }
}
