// Texts that all long lists share.
import type { Texts } from '../words.ts'

const en = {
  loadedMore: '{0} so far; more come as you scroll',
  loadedAll: '{0} in all',
  searching: 'Nothing so far; searching further back …',
  columns: 'Columns',
  views: 'Views',
  noViews: 'No view is kept yet. Set filters and keep them under a name.',
  viewName: 'Name of this view',
  keep: 'Keep',
  forget: 'Forget {0}',
  toTop: 'Newest',
}
const zh: Record<keyof typeof en, string> = {
  loadedMore: '已加载 {0} 条，滚动加载更多',
  loadedAll: '共 {0} 条',
  searching: '暂无匹配，正在继续向前查找……',
  columns: '列',
  views: '视图',
  noViews: '还没有保存的视图。设置筛选条件后，可命名保存。',
  viewName: '视图名称',
  keep: '保存',
  forget: '删除视图 {0}',
  toTop: '回到最新',
}
export const listWords: Texts<keyof typeof en> = { en, zh }
