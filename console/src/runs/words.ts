// What the run log says.
import type { Texts } from '../words.ts'

const en = {
  follow: 'Follow',
  followSays: 'New runs come in at the top as they begin',
  frozen: 'Standing still',
  result: 'Reason or result',
  searchRuns: 'Search in reason, result, task and payload',
  notSucceeded: 'Failed or timed out',
  when: 'When',
  anyTime: 'Any time',
  'last-15m': 'Last 15 min',
  'last-1h': 'Last hour',
  'last-24h': 'Last 24 hours',
  'last-7d': 'Last 7 days',
  between: 'Between …',
  anyLength: 'However long',
  atLeast: '{0} or longer',
  statusCode: 'Status code',
}
const zh: Record<keyof typeof en, string> = {
  follow: '实时跟踪',
  followSays: '新的执行会实时出现在顶部',
  frozen: '已停止刷新',
  result: '原因或结果',
  searchRuns: '搜索原因、结果、任务和参数',
  notSucceeded: '失败或超时',
  when: '时间',
  anyTime: '不限时间',
  'last-15m': '最近 15 分钟',
  'last-1h': '最近 1 小时',
  'last-24h': '最近 24 小时',
  'last-7d': '最近 7 天',
  between: '指定时段……',
  anyLength: '不限耗时',
  atLeast: '{0} 以上',
  statusCode: '状态码',
}
export const runListWords: Texts<keyof typeof en> = { en, zh }
