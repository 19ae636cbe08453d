// What the timeline of a day says.
import type { Texts } from '../words.ts'

const en = {
  title: 'Timeline',
  dayBefore: 'The day before',
  dayAfter: 'The day after',
  today: 'Today',
  day: 'Day',
  load: 'Per ten minutes',
  skipped: 'Skipped',
  planned: 'Planned',
  now: 'now',
  nothing: 'Nothing happened on this day, and nothing is planned',
  nothingHint: 'Choose another day.',
  partly:
    'The lanes show the newest {0} decisions and the next {1} fires; the bars above them are the whole day.',
  lanes: '{0} {0:task|tasks}; the busiest {1} have a lane',
  chartSays:
    'Timeline of {0}: {1} {1:task|tasks}, {2} {2:decision|decisions}, {3} planned {3:fire|fires}. The table below says the same.',
  asTable: 'As a table',
}
const zh: Record<keyof typeof en, string> = {
  title: '日程',
  dayBefore: '前一天',
  dayAfter: '后一天',
  today: '今天',
  day: '日期',
  load: '每十分钟',
  skipped: '跳过',
  planned: '计划',
  now: '现在',
  nothing: '当天没有触发，也没有计划',
  nothingHint: '请选择其他日期。',
  partly: '当天数据较多：各行显示最近 {0} 条判定与接下来 {1} 次计划触发，上方柱图为全天。',
  lanes: '共 {0} 个任务，显示最繁忙的 {1} 个',
  chartSays: '{0} 的日程：{1} 个任务，{2} 条判定，{3} 次计划触发。下方表格内容相同。',
  asTable: '以表格查看',
}
export const timelineWords: Texts<keyof typeof en> = { en, zh }
