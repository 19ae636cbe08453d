// What the run log says.
import type { Texts } from '../words.ts'

const en = {
  follow: 'Follow',
  followSays: 'New runs come in at the top as they begin',
  frozen: 'Standing still',
  result: 'Reason or result',
  statusCode: 'Status code',
}
const zh: Record<keyof typeof en, string> = {
  follow: '实时跟踪',
  followSays: '新的执行会实时出现在顶部',
  frozen: '已停止刷新',
  result: '原因或结果',
  statusCode: '状态码',
}
export const runListWords: Texts<keyof typeof en> = { en, zh }
