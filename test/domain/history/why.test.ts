import { expect, test } from 'vitest'
import { historyOf } from '../../../src/domain/history/history.ts'
import { occurrencesIn } from '../../../src/domain/history/occurrences.ts'
import { explain } from '../../../src/domain/history/why.ts'
import { wordsOfExplanation } from '../../../src/domain/history/why-words.ts'
import { snapshotOf } from '../../../src/domain/calendar/snapshot.ts'
import { streamOfCalendar } from '../../../src/domain/calendar/ids.ts'
import type { TaskEvent } from '../../../src/domain/task/events.ts'
import { cron, definitionOf, every, runId } from '../../support/definitions.ts'
import {
  add,
  at,
  context,
  decide,
  failed,
  pause,
  remove,
  resume,
  succeeded,
  task,
  withPolicy,
} from '../task/story.ts'
import { circumstances, eventsOf, recorded, why } from './tale.ts'

const everyTen = definitionOf(cron('0/10 * * * * ?'))
const doNothing = definitionOf(cron('0/10 * * * * ?', { misfire: 'doNothing' }))
const run1 = runId(1)

test('fired, with its run and how that ended', () => {
  const events = eventsOf(add(at(1), everyTen), decide(at(10)), succeeded(run1, at(11)))
  expect(why(events, at(12), at(10))).toEqual({
    verdict: 'fired',
    events: ['TaskTriggered', 'RecallSucceeded'],
    en: `Fired at 2026-11-23T08:00:10+00:00: run ${run1} succeeded.`,
    zh: `2026-11-23T08:00:10+00:00 已触发：执行 ${run1} 成功。`,
  })
})

test('fired, with a run that failed', () => {
  const events = eventsOf(add(at(1), everyTen), decide(at(10)), failed(run1, at(11)))
  expect(why(events, at(12), at(10)).en).toBe(
    `Fired at 2026-11-23T08:00:10+00:00: run ${run1} failed.`,
  )
})

test('fired late, as catch-up', () => {
  const late = definitionOf(cron('0/10 * * * * ?', { misfire: 'ignore' }))
  const events = eventsOf(add(at(1), late), decide(at(75)))
  expect(why(events, at(75), at(10))).toMatchObject({
    verdict: 'fired',
    en: `Fired for 2026-11-23T08:00:10+00:00 as catch-up at 2026-11-23T08:01:15+00:00: run ${run1} is running.`,
    zh: `2026-11-23T08:00:10+00:00 已于 2026-11-23T08:01:15+00:00 补偿执行：执行 ${run1} 执行中。`,
  })
})

test('not on the schedule, between its nearest instants', () => {
  const events = eventsOf(add(at(1), everyTen), decide(at(10)))
  expect(why(events, at(12), at(13))).toEqual({
    verdict: 'not-on-schedule',
    events: ['TaskAdded'],
    en: '2026-11-23T08:00:13+00:00 is not on the schedule; nearest before: 2026-11-23T08:00:10+00:00, nearest after: 2026-11-23T08:00:20+00:00.',
    zh: '2026-11-23T08:00:13+00:00 不在调度规则内；之前最近的计划时刻：2026-11-23T08:00:10+00:00，之后最近的计划时刻：2026-11-23T08:00:20+00:00。',
  })
})

test('paused now: by whom, since when, and for what reason', () => {
  const events = eventsOf(add(at(1), everyTen), pause(at(5)))
  const expected = {
    verdict: 'paused',
    events: ['TaskPaused'],
    en: 'Does not fire at 2026-11-23T08:00:10+00:00: the task has been paused since 2026-11-23T08:00:05+00:00 by lin (reason: moving house); what becomes of it is decided on resuming.',
    zh: '2026-11-23T08:00:10+00:00 不触发：任务自 2026-11-23T08:00:05+00:00 起暂停，操作人：lin，原因：moving house；恢复时再作判定。',
  }
  expect(why(events, at(7), at(10))).toEqual(expected)
  expect(why(events, at(27), at(10))).toEqual(expected)
})

test('paused then, and resumed since', () => {
  const events = eventsOf(add(at(1), everyTen), pause(at(5)), resume(at(35)))
  expect(why(events, at(36), at(20))).toEqual({
    verdict: 'paused',
    events: ['OccurrencesSkipped', 'TaskPaused', 'TaskTriggered'],
    en: 'Did not fire at 2026-11-23T08:00:20+00:00: the task was paused at 2026-11-23T08:00:05+00:00 by lin (reason: moving house). Run 00000000000000000000000000000009 made up for it at 2026-11-23T08:00:35+00:00; it is running.',
    zh: '2026-11-23T08:00:20+00:00 未触发：任务于 2026-11-23T08:00:05+00:00 被暂停，操作人：lin，原因：moving house。执行 00000000000000000000000000000009 已于 2026-11-23T08:00:35+00:00 补偿，执行中。',
  })
})

test('due at the moment of a pause, not decided before it', () => {
  const events = eventsOf(add(at(1), everyTen), pause(at(25)))
  expect(why(events, at(26), at(20))).toMatchObject({
    verdict: 'paused',
    events: ['OccurrencesSkipped', 'TaskPaused'],
  })
})

test('skipped as overlapping, with the run in the way', () => {
  const events = eventsOf(
    add(at(0), withPolicy({ overlap: 'skip' })),
    decide(at(10)),
    decide(at(20)),
  )
  expect(why(events, at(21), at(20))).toEqual({
    verdict: 'overlapping',
    events: ['OccurrencesSkipped'],
    en: `Did not fire at 2026-11-23T08:00:20+00:00: run ${run1} was still going, and the task does not overlap.`,
    zh: `2026-11-23T08:00:20+00:00 未触发：执行 ${run1} 尚未结束，该任务不允许重叠执行。`,
  })
})

test('skipped, because one was waiting already', () => {
  const events = eventsOf(
    add(at(0), withPolicy({ overlap: 'queueOne' })),
    decide(at(10)),
    decide(at(20), runId(2)),
    decide(at(30), runId(3)),
  )
  const waiting = runId(2)
  expect(why(events, at(31), at(30))).toEqual({
    verdict: 'overlapping',
    events: ['OccurrencesSkipped'],
    en: `Did not fire at 2026-11-23T08:00:30+00:00: run ${waiting} was waiting for its turn, and the task lets only one wait.`,
    zh: `2026-11-23T08:00:30+00:00 未触发：执行 ${waiting} 正在排队，该任务最多排队一次执行。`,
  })
})

test('fired, seconds late', () => {
  const events = eventsOf(add(at(1), everyTen), decide(at(16)))
  expect(why(events, at(17), at(10))).toMatchObject({
    verdict: 'fired',
    en: `Fired for 2026-11-23T08:00:10+00:00 at 2026-11-23T08:00:16+00:00: run ${run1} is running.`,
    zh: `2026-11-23T08:00:10+00:00 的计划已于 2026-11-23T08:00:16+00:00 触发：执行 ${run1} 执行中。`,
  })
})

test('skipped by the misfire instruction', () => {
  const events = eventsOf(add(at(1), doNothing), decide(at(95)))
  expect(why(events, at(95), at(50))).toEqual({
    verdict: 'misfired',
    events: ['OccurrencesSkipped'],
    en: 'Did not fire at 2026-11-23T08:00:50+00:00: nobody decided it in time, and the misfire instruction doNothing skipped it.',
    zh: '2026-11-23T08:00:50+00:00 未触发：未能及时判定，按错过触发策略 doNothing 跳过。',
  })
})

test('skipped beyond the limit of catch-up', () => {
  const one = definitionOf(cron('0/10 * * * * ?', { misfire: 'ignore', catchUpMax: 1 }))
  const events = eventsOf(add(at(1), one), decide(at(95)))
  expect(why(events, at(95), at(10))).toMatchObject({
    verdict: 'catch-up-limit',
    en: 'Did not fire at 2026-11-23T08:00:10+00:00: it was missed, and the limits on catch-up (at most 1) kept it back.',
    zh: '2026-11-23T08:00:10+00:00 未触发：已错过，且超出补偿执行的限制（最多 1 次）。',
  })
})

test('excluded by a calendar, then and in time to come', () => {
  const calendarId = { tenant: task.tenant, name: task.group }
  const definition = {
    zone: 'UTC',
    exemptDates: [],
    rules: [{ type: 'cron' as const, expression: '20-40 * * * * ?' }],
  }
  const calendars = snapshotOf(
    new Map([[streamOfCalendar(calendarId), { calendarId, definition, revision: 3 }]]),
  )
  const closed = definitionOf(cron('0/10 * * * * ?', { calendars: [calendarId.name] }))
  const deciding = { ...context, calendars }
  const events = eventsOf(add(at(1), closed), {
    type: 'DecideOccurrences',
    taskId: task,
    issuedAt: at(22),
    runId: run1,
    context: deciding,
  })
  expect(why(events, at(23), at(20))).toEqual({
    verdict: 'calendar',
    events: ['OccurrencesSkipped'],
    en: 'Did not fire at 2026-11-23T08:00:20+00:00: an exclusion calendar (billing) holds then.',
    zh: '2026-11-23T08:00:20+00:00 未触发：处于排除日历（billing）之内。',
  })
  const now = {
    now: at(23),
    outages: [],
    spreadMs: 0,
    ...calendars.consult(task.tenant, [calendarId.name]),
  }
  const coming = explain(historyOf(recorded(events)), now, at(30))
  expect(coming).toMatchObject({ verdict: 'calendar', decided: false, calendars: { billing: 3 } })
  expect(wordsOfExplanation(coming!, 'UTC').en).toBe(
    'Will not fire at 2026-11-23T08:00:30+00:00: an exclusion calendar (billing) holds then.',
  )
})

test('not yet added', () => {
  expect(why(eventsOf(add(at(15), everyTen)), at(16), at(10))).toEqual({
    verdict: 'not-added',
    events: ['TaskAdded'],
    en: 'No fire at 2026-11-23T08:00:10+00:00: the task was only added at 2026-11-23T08:00:15+00:00 by lin (reason: moving house).',
    zh: '2026-11-23T08:00:10+00:00 不触发：任务尚未添加，添加于 2026-11-23T08:00:15+00:00，操作人：lin，原因：moving house。',
  })
})

test('deleted, on the schedule or not', () => {
  const events = eventsOf(add(at(1), everyTen), remove(at(5)))
  expect(why(events, at(60), at(10))).toEqual({
    verdict: 'deleted',
    events: ['TaskDeleted'],
    en: 'No fire at 2026-11-23T08:00:10+00:00: the task was deleted at 2026-11-23T08:00:05+00:00 by lin (reason: moving house).',
    zh: '2026-11-23T08:00:10+00:00 不触发：任务于 2026-11-23T08:00:05+00:00 被删除，操作人：lin，原因：moving house。',
  })
  expect(why(events, at(60), at(13)).verdict).toBe('deleted')
})

test('deleted or replaced before it was decided', () => {
  const gone = eventsOf(add(at(1), everyTen), remove(at(15)))
  expect(why(gone, at(60), at(10))).toMatchObject({
    verdict: 'deleted',
    events: ['OccurrencesSkipped', 'TaskDeleted'],
  })
  const replaced = eventsOf(add(at(1), everyTen), add(at(15), doNothing, true))
  expect(why(replaced, at(16), at(10))).toEqual({
    verdict: 'replaced',
    events: ['OccurrencesSkipped', 'TaskReplaced'],
    en: 'Did not fire at 2026-11-23T08:00:10+00:00: the task was replaced at 2026-11-23T08:00:15+00:00 by lin (reason: moving house) before this occurrence was decided.',
    zh: '2026-11-23T08:00:10+00:00 未触发：该计划时刻判定之前，任务于 2026-11-23T08:00:15+00:00 被覆盖，操作人：lin，原因：moving house。',
  })
})

test('ended', () => {
  const once = definitionOf(every(10_000, { startAt: at(10), repeatCount: 0 }))
  expect(why(eventsOf(add(at(1), once), decide(at(10))), at(60), at(30))).toEqual({
    verdict: 'ended',
    events: ['TaskCompleted'],
    en: 'No fire at 2026-11-23T08:00:30+00:00: the task completed at 2026-11-23T08:00:10+00:00; its schedule has no fire left.',
    zh: '2026-11-23T08:00:30+00:00 不触发：任务已于 2026-11-23T08:00:10+00:00 完成，没有剩余的计划时刻。',
  })
})

test('due and undecided, or still to come', () => {
  const events = eventsOf(add(at(1), everyTen))
  expect(why(events, at(12), at(10))).toEqual({
    verdict: 'undecided',
    events: ['TaskAdded'],
    en: '2026-11-23T08:00:10+00:00 is due, but not decided yet: the service has not come that far.',
    zh: '2026-11-23T08:00:10+00:00 已到期但尚未判定：服务尚未处理到该时刻。',
  })
  expect(why(events, at(12), at(20))).toEqual({
    verdict: 'planned',
    events: ['TaskAdded'],
    en: 'Will fire at 2026-11-23T08:00:20+00:00, as things stand.',
    zh: '按当前调度规则，将于 2026-11-23T08:00:20+00:00 触发。',
  })
})

test('a grid that a misfire moved is expanded as it stood before', () => {
  const moving = definitionOf(
    every(10_000, { startAt: at(10), repeatCount: 20, misfire: 'nowExisting' }),
  )
  const events = eventsOf(add(at(1), moving), decide(at(93)))
  const rows = (now: number) =>
    occurrencesIn(
      historyOf(recorded(events)),
      circumstances(at(now)),
      { after: at(0), through: at(115) },
      100,
    ).occurrences.map(({ at: instant, verdict }) => [(instant - at(0)) / 1000, verdict])
  const misfired = [10, 20, 30, 40, 50, 60, 70, 80, 90].map((s) => [s, 'misfired'])
  expect(rows(94)).toEqual([...misfired, [93, 'fired'], [103, 'planned'], [113, 'planned']])
})

test('pages of occurrences join to the whole', () => {
  const events = eventsOf(add(at(5), doNothing), decide(at(10)), decide(at(95)), pause(at(101)))
  const history = historyOf(recorded(events))
  const page = (after: number, limit: number) =>
    occurrencesIn(history, circumstances(at(102)), { after: at(after), through: at(130) }, limit)
  const whole = page(-20, 100)
  expect(whole.more).toBe(false)
  const parts = []
  for (let after = -20; ;) {
    const { occurrences, more } = page(after, 2)
    expect(occurrences.length).toBe(more ? 2 : 1)
    parts.push(...occurrences)
    if (!more) break
    after = (occurrences[1]!.at - at(0)) / 1000
  }
  expect(parts).toEqual(whole.occurrences)
  expect(whole.occurrences.map(({ verdict }) => verdict)).toEqual([
    ...Array<string>(2).fill('not-added'),
    'fired',
    ...Array<string>(8).fill('misfired'),
    ...Array<string>(4).fill('paused'),
  ])
})

test('an empty stream explains nothing', () => {
  const none: TaskEvent[] = []
  expect(explain(historyOf(recorded(none)), circumstances(at(0)), at(0))).toBeNull()
})
