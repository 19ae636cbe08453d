// The landing page's script, as it is sent. Text only ever enters the page as text, never as markup.

export const landingScript = `'use strict'
const texts = {
  en: {
    other: '中文', ready: 'running', notReady: 'not ready', gone: 'not reachable',
    groups: 'Groups', runs: 'Latest runs', next: 'Next steps', none: 'Nothing yet.',
    hint: 'The README walks through adding, pausing, resuming and deleting a task in five minutes. The raw data:',
    group: 'Group', tasks: 'Tasks', active: 'Active', paused: 'Paused',
    task: 'Task', cause: 'Cause', at: 'Fired at', outcome: 'Outcome',
  },
  zh: {
    other: 'English', ready: '运行中', notReady: '未就绪', gone: '无法连接',
    groups: '任务分组', runs: '最近执行', next: '下一步', none: '暂无数据。',
    hint: 'README 中的五分钟演练包含任务的新增、暂停、恢复和删除。原始数据：',
    group: '任务分组', tasks: '任务数', active: '启用', paused: '已暂停',
    task: '任务', cause: '触发原因', at: '触发时间', outcome: '执行结果',
    schedule: '按计划', manual: '立即执行', 'catch-up': '补偿执行', backfill: '回填执行', rerun: '重新执行',
    running: '执行中', retrying: '等待重试', accepted: '等待回报', succeeded: '成功', failed: '失败',
    'timed-out': '超时', cancelled: '已取消',
  },
}
const asked = new URLSearchParams(location.search).get('lang') ?? navigator.language
let language = asked.startsWith('zh') ? 'zh' : 'en'
const byId = (id) => document.getElementById(id)

const cell = (tag, value) => {
  const element = document.createElement(tag)
  element.textContent = value ?? ''
  if (typeof value === 'number') element.className = 'number'
  return element
}
const row = (tag, values) => {
  const element = document.createElement('tr')
  element.append(...values.map((value) => cell(tag, value)))
  return element
}
const fill = (table, head, rows) => {
  const none = row('td', [texts[language].none])
  table.replaceChildren(row('th', head), ...(rows.length > 0 ? rows.map((r) => row('td', r)) : [none]))
}
const get = async (path) => (await fetch(path)).json()

const refresh = async () => {
  const say = texts[language]
  document.documentElement.lang = language
  for (const element of document.querySelectorAll('[data-text]'))
    element.textContent = say[element.dataset.text]
  byId('language').textContent = say.other
  try {
    const [ready, groups, runs] = await Promise.all(
      ['/health/ready', '/api/v1/groups', '/api/v1/runs?limit=10'].map(get))
    byId('state').textContent = ready.ready
      ? say.ready
      : say.notReady + ': ' + ready.checks.filter((c) => c.problem).map((c) => c.problem).join('; ')
    fill(byId('groups'), [say.group, say.tasks, say.active, say.paused],
      groups.groups.map((g) => [g.group, g.tasks, g.active, g.paused]))
    fill(byId('runs'), [say.task, say.cause, say.at, say.outcome],
      runs.runs.map((r) => [r.group + '/' + r.job, say[r.cause] ?? r.cause,
        new Date(r.triggeredAt).toLocaleString(language), say[r.outcome] ?? r.outcome]))
  } catch {
    byId('state').textContent = say.gone
  }
}

byId('language').addEventListener('click', () => {
  language = language === 'en' ? 'zh' : 'en'
  void refresh()
})
const tick = async () => {
  if (!document.hidden) await refresh()
  setTimeout(tick, 2000)
}
void tick()
`
