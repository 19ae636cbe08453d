// What the list of tasks says.
import type { Texts } from '../words.ts'

const en = {
  anyState: 'Any state',
  successRate: 'Success',
  fired: 'Fired',
  allShown: 'All tasks of this list',
  chooseAllShown: 'Take all tasks of this list, also those not loaded',
  onlySelected: 'Only the {0} selected',
  tasksInAll: 'Tasks in all: {0}',
  bulkDone: '{0} of {1}',
  bulkCounts: 'changed {0} · unchanged {1} · refused {2}',
  goOn: 'Go on',
  close: 'Close',
}
const zh: Record<keyof typeof en, string> = {
  anyState: '全部状态',
  successRate: '成功率',
  fired: '触发次数',
  allShown: '此列表的全部任务',
  chooseAllShown: '选择此列表的全部任务（含未加载的）',
  onlySelected: '只选这 {0} 项',
  tasksInAll: '任务总数：{0}',
  bulkDone: '{0} / {1}',
  bulkCounts: '已变更 {0} · 无变化 {1} · 被拒绝 {2}',
  goOn: '继续',
  close: '关闭',
}
export const taskListWords: Texts<keyof typeof en> = { en, zh }
