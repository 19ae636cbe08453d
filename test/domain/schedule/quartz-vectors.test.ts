// Fire times against Quartz 2.3.2 itself: every documented case the same fires, every invalid one
// refused, and of what Quartz merely tolerates the same fires or a refusal, never others.
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { cronNext, quartzRules } from '../../../src/domain/schedule/cron-fires.ts'
import {
  cronMisfire,
  simpleMisfire,
  type SimpleMisfireState,
} from '../../../src/domain/schedule/misfire.ts'
import { parseQuartzCron } from '../../../src/domain/schedule/quartz-parser.ts'
import { quartzTimeAfter } from '../../../src/domain/schedule/quartz-steps.ts'
import { CronMisfire, SimpleMisfire } from '../../../src/domain/schedule/schedule.ts'
import {
  simpleNext,
  simplePrevious,
  simpleProblem,
} from '../../../src/domain/schedule/simple-trigger.ts'
import { cronOf, cronSchedule, rightOf, timetableOf, zoneOf } from './samples.ts'
import { cronVectors, misfireVectors, simpleVectors, type CronVector } from './vectors.ts'
import { instantAt } from '../../../src/domain/instant.ts'

const chain = (
  first: number | null,
  count: number,
  next: (after: number) => number | null,
): (number | null)[] => {
  const fires = [first]
  for (let at = first; at !== null && fires.length < count; fires.push(at)) at = next(at)
  return fires
}

const isExempt = (vector: CronVector): boolean => vector.tags.includes('W-path-dependent')

describe('cron expressions', () => {
  const vectors = cronVectors()

  test('invalid ones are refused', () => {
    const accepted = vectors.filter((v) => !v.valid && E.isRight(parseQuartzCron(v.expr)))
    expect(accepted.map((v) => v.expr)).toEqual([])
  })

  test('all documented ones are understood', () => {
    const refused = vectors.filter((v) => v.documented && E.isLeft(parseQuartzCron(v.expr)))
    expect(refused.map((v) => v.expr)).toEqual([])
  })

  test('fire when Quartz fires them', () => {
    const understood = vectors.filter(
      (v) => v.valid && !isExempt(v) && E.isRight(parseQuartzCron(v.expr)),
    )
    expect(understood.length).toBeGreaterThan(1_270)
    for (const { id, expr, tz, start, count, fires } of understood) {
      const [cron, zone] = [cronOf(expr), zoneOf(tz)]
      const next = (after: number) => quartzTimeAfter(cron, zone, after)
      expect({ id, fires: chain(next(start), count, next) }).toEqual({ id, fires })
    }
  })

  test('are planned for the same instants, wherever the start is not inside a doubled hour', () => {
    for (const { id, expr, tz, start, count, fires, valid, tags } of vectors) {
      if (!valid || tags.includes('starts-in-overlap') || tags.includes('W-path-dependent'))
        continue
      const cron = parseQuartzCron(expr)
      if (E.isLeft(cron)) continue
      const next = (after: number) => cronNext(cron.right, zoneOf(tz), quartzRules, after)
      expect({ id, fires: chain(next(start), count, next) }).toEqual({ id, fires })
    }
  })
})

describe('simple triggers', () => {
  const grid = (v: {
    start: number
    end: number | null
    interval: number
    repeatCount: number
  }) => ({
    startMs: v.start,
    endMs: v.end,
    intervalMs: v.interval,
    repeatCount: v.repeatCount,
  })

  test('invalid settings are refused and valid ones are not', () => {
    for (const vector of simpleVectors()) {
      expect([vector.id, simpleProblem(grid(vector)) === null]).toEqual([vector.id, vector.valid])
    }
  })

  test('fire when Quartz fires them, also from afar', () => {
    for (const vector of simpleVectors().filter((v) => v.valid)) {
      const next = (after: number) => simpleNext(grid(vector), after)
      const { id, fires, after } = vector
      expect({ id, fires: chain(vector.start, fires.length, next) }).toEqual({ id, fires })
      expect({ id, after: after.map(([t]) => [t, next(t)]) }).toEqual({ id, after })
    }
  })

  test('the last fire lies nowhere beyond what Quartz reports', () => {
    for (const vector of simpleVectors().filter((v) => v.valid && v.finalFire !== null)) {
      const last = simplePrevious(grid(vector), Number.MAX_SAFE_INTEGER)
      expect(last, vector.id).toBeLessThanOrEqual(vector.finalFire ?? 0)
    }
  })
})

describe('misfires', () => {
  const camel = (instruction: string): string =>
    instruction.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

  test('move a simple trigger as Quartz does', () => {
    for (const v of misfireVectors()) {
      if (v.trigger !== 'simple') continue
      const state: SimpleMisfireState = {
        startMs: v.start,
        endMs: v.end,
        intervalMs: v.interval,
        repeatCount: v.repeatCount,
        timesTriggered: v.before.timesTriggered,
        nextFireMs: v.before.nextFire,
      }
      const moved = simpleMisfire(state, rightOf(SimpleMisfire.decode(camel(v.instruction))), v.now)
      expect({ id: v.id, moved }).toEqual({
        id: v.id,
        moved: {
          nextFireMs: v.after.nextFire,
          startMs: v.after.startTime,
          repeatCount: v.after.repeatCount,
          timesTriggered: v.after.timesTriggered,
        },
      })
      const after = { ...state, startMs: moved.startMs, repeatCount: moved.repeatCount }
      const fires = chain(moved.nextFireMs, v.fires.length, (t) => simpleNext(after, t))
      expect({ id: v.id, fires }).toEqual({ id: v.id, fires: v.fires })
    }
  })

  test('move a cron trigger as Quartz does', () => {
    for (const v of misfireVectors()) {
      if (v.trigger !== 'cron') continue
      const schedule = cronSchedule(v.expr, {
        zone: v.tz,
        startAt: instantAt(v.start),
        endAt: v.end === null ? null : instantAt(v.end),
      })
      const timetable = timetableOf(schedule)
      const trigger = {
        decidedThrough: instantAt(v.start),
        startAt: schedule.startAt,
        repeatCount: 0,
        timesTriggered: 0,
      }
      const next = (after: number) => timetable.next(trigger, instantAt(after))
      const instruction = rightOf(CronMisfire.decode(camel(v.instruction)))
      const first = cronMisfire(v.before.nextFire, instruction, v.now, next)
      expect({ id: v.id, first }).toEqual({ id: v.id, first: v.after.nextFire })
      // A catch-up inside a doubled hour counts, for Quartz, as the same wall time of its second pass.
      const [cron, zone] = [cronOf(v.expr), zoneOf(v.tz)]
      const isWithin = (fire: number | null) => fire !== null && (v.end === null || fire <= v.end)
      const follow = (after: number) => {
        const fire = quartzTimeAfter(cron, zone, Math.max(after, v.start - 1_000))
        return isWithin(fire) ? fire : null
      }
      expect({ id: v.id, fires: chain(first, v.fires.length, follow) }).toEqual({
        id: v.id,
        fires: v.fires,
      })
    }
  })
})
