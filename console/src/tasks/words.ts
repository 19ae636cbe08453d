// What the list of tasks says.
import type { Texts } from '../words.ts'

const en = {
  anyState: 'Any state',
  successRate: 'Success',
  fired: 'Fired',
}
const zh: Record<keyof typeof en, string> = {
  anyState: '全部状态',
  successRate: '成功率',
  fired: '触发次数',
}
export const taskListWords: Texts<keyof typeof en> = { en, zh }
