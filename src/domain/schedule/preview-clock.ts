// What a preview says about clock changes: a mark on fires that are affected, and a note on every
// change in the shown range that falls onto a time the expression names.
import { instantAt, type Instant } from '../instant.ts'
import { type ClockRules } from './cron-fires.ts'
import { localTime } from './local-time.ts'
import { type QuartzCron } from './quartz-cron.ts'
import { wallFrom } from './wall-search.ts'
import { words, type Words } from './words-lists.ts'
import { clockChangesIn, isPlainWall, readWall, type ClockChange } from './zone-walls.ts'
import { offsetAt, type Zone } from './zone.ts'

/** Which pass of a doubled wall time a fire is, or that it stands for wall times a gap swallowed. */
export type ClockMark = 'first-pass' | 'second-pass' | 'after-gap'

export interface ChangeNote {
  readonly at: Instant
  readonly type: 'forward' | 'back'
  /** The wall just before the change, and at it. */
  readonly before: string
  readonly after: string
  readonly words: Words
}

const rangeMaxSeconds = 5 * 366 * 86_400
const notesMax = 20

export const markOf = (cron: QuartzCron, zone: Zone, at: Instant): ClockMark | null => {
  const instant = Math.floor(at / 1000)
  const wall = instant + offsetAt(zone, instant)
  if (wallFrom(cron, wall) !== wall) return 'after-gap'
  if (isPlainWall(zone, wall)) return null
  const reading = readWall(zone, wall)
  if (reading.kind !== 'twice') return null
  return instant < reading.change ? 'first-pass' : 'second-pass'
}

const ruleWords = (isForward: boolean, rules: ClockRules): Words => {
  if (isForward) {
    return rules.gap === 'skip'
      ? words('the times in between do not exist and are skipped', '其间的时刻不存在，跳过不执行')
      : words(
          'the times in between fire once, right after the gap',
          '其间的时刻在跳变后立即执行一次',
        )
  }
  switch (rules.overlap) {
    case 'second':
      return words('doubled times fire on their second pass', '重复的时刻在第二次出现时执行')
    case 'first':
      return words('doubled times fire on their first pass', '重复的时刻在第一次出现时执行')
    case 'both':
      return words('doubled times fire on both passes', '重复的时刻两次都执行')
  }
}

const matters = (cron: QuartzCron, change: ClockChange): boolean => {
  const walls = [change.change + change.offsetBefore, change.change + change.offsetAfter]
  const named = wallFrom(cron, Math.min(...walls))
  return named >= 0 && named < Math.max(...walls)
}

const noteOf = (zone: Zone, rules: ClockRules, change: ClockChange): ChangeNote => {
  const isForward = change.offsetAfter > change.offsetBefore
  const before = localTime(zone, instantAt((change.change - 1) * 1000)).text
  const after = localTime(zone, instantAt(change.change * 1000)).text
  const rule = ruleWords(isForward, rules)
  return {
    at: instantAt(change.change * 1000),
    type: isForward ? 'forward' : 'back',
    before,
    after,
    words: words(
      `Clocks go ${isForward ? 'forward' : 'back'} to ${after}: ${rule.en}.`,
      `时钟${isForward ? '拨快' : '拨慢'}至 ${after}：${rule.zh}。`,
    ),
  }
}

/** Notes on the changes in [fromMs, toMs], the first five years and twenty of them at most. */
export const changesThatMatter = (
  cron: QuartzCron,
  zone: Zone,
  rules: ClockRules,
  fromMs: number,
  toMs: number,
): ChangeNote[] => {
  const from = Math.floor(fromMs / 1000) - 1
  const to = Math.min(Math.floor(toMs / 1000), from + rangeMaxSeconds)
  return clockChangesIn(zone, from, to)
    .filter((change) => matters(cron, change))
    .slice(0, notesMax)
    .map((change) => noteOf(zone, rules, change))
}
