// Writing tasks in the console, as a new user does: one of each kind, edited and looked at before it
// is replaced, in both languages; what is wrong shows at its field.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  json,
  startHttpCallee,
  startTcpCallee,
  type HttpCallee,
  type TcpCallee,
} from '../support/callee.ts'
import { startService, type RunningService } from '../support/service.ts'
import { overflowOf, seriousFindings, startBrowser, visit } from './browser.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'carillon-editor-'))
let service: RunningService
let callee: HttpCallee
let socket: TcpCallee
let browser: Browser

beforeAll(async () => {
  callee = await startHttpCallee(json({ success: true, resultValue: 'all done' }))
  socket = await startTcpCallee((connection) => {
    connection.once('data', () => connection.end('{"success":true}\n'))
  })
  service = await startService(dataDir)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser.close()
  await service.stop()
  await Promise.all([callee.close(), socket.close()])
  rmSync(dataDir, { recursive: true, force: true })
})

const en = {
  locale: 'en-GB',
  group: 'Group',
  job: 'Task',
  expression: 'Cron expression',
  hours: 'Hours',
  everySecond: 'every second',
  payload: 'Payload',
  testCall: 'Try the call now',
  succeeded: 'Succeeded',
  add: 'Add the task',
  simple: 'Interval',
  interval: 'Interval',
  host: 'Host',
  port: 'Port',
  edit: 'Edit',
  review: 'Review changes',
  reason: 'Reason',
  save: 'Save',
  needed: 'Please give a reason.',
  week: 'In the coming seven days',
  tooLarge: 'values must be between 0 and 23',
  changes: 'Changes',
  difference: 'What changed',
  revert: 'Go back to this version',
  occurrences: 'Occurrences',
  fired: 'Fired',
  why: 'Why?',
  notYet: 'Not yet a task',
  events: 'Events',
}
const zh: typeof en = {
  locale: 'zh-CN',
  group: '任务分组',
  job: '任务编码',
  expression: 'Cron 表达式',
  hours: '时',
  everySecond: '每秒',
  payload: '参数',
  testCall: '立即试调',
  succeeded: '成功',
  add: '新增任务',
  simple: '简单触发',
  interval: '间隔',
  host: '主机',
  port: '端口',
  edit: '编辑',
  review: '查看改动',
  reason: '原因',
  save: '保存',
  needed: '请填写原因。',
  week: '未来七天',
  tooLarge: '0',
  changes: '变更',
  difference: '改了什么',
  revert: '恢复到此版本',
  occurrences: '计划时刻',
  fired: '已触发',
  why: '为什么？',
  notYet: '任务尚未新增',
  events: '事件',
}

const text = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

const nameIt = async (page: Page, words: typeof en, group: string, job: string) => {
  await page.getByRole('combobox', { name: words.group, exact: true }).fill(group)
  await text(page, words.job).fill(job)
}
const taskOf = async (job: string) => {
  const answer = await fetch(`${service.url}/api/v1/tasks/shop/${job}`)
  return (await answer.json()) as { readonly definition: { readonly dataJson: string } }
}
const successOnPage = (page: Page, words: typeof en) =>
  page.getByRole('row').filter({ hasText: words.succeeded }).first()

test.each([en, zh])(
  'a cron task is tried, added, fires and is replaced ($locale)',
  async (words) => {
    const job = `orders-${words.locale}`
    const { page, complaints } = await visit(browser, `${service.url}/tasks/new`, words)
    await nameIt(page, words, 'shop', job)
    await text(page, words.expression).fill('* * * * * ?')
    await page.getByText(words.everySecond).first().waitFor()
    await text(page, 'URL').fill(callee.url())
    await text(page, words.payload).fill('{"id":12345678901234567890}')
    await button(page, words.testCall).click()
    await page.getByText('"resultValue":"all done"').waitFor()
    await button(page, words.add).click()

    await successOnPage(page, words).getByRole('link').first().click()
    await page.getByText('"resultValue": "all done"').first().waitFor()
    expect(callee.received.at(-1)?.body).toContain('"id":12345678901234567890')
    expect((await taskOf(job)).definition.dataJson).toBe('{"id":12345678901234567890}')
    await page.goBack()

    // The task fires all the while; none of that is a change its writer has to see.
    await page.getByRole('link', { name: words.edit, exact: true }).click()
    await text(page, words.expression).fill('0/2 * * * * ?')
    await button(page, words.review).click()
    const dialog = page.getByRole('dialog')
    const row = dialog.getByRole('row').filter({ hasText: 'schedule.expression' })
    await row.getByText('* * * * * ?', { exact: true }).waitFor()
    await row.getByText('0/2 * * * * ?', { exact: true }).waitFor()
    await dialog.getByRole('heading', { name: words.week }).waitFor()
    await dialog.getByRole('button', { name: words.save }).click()
    await dialog.getByText(words.needed).waitFor()
    await dialog.getByRole('textbox', { name: words.reason }).fill('half as often')
    await dialog.getByRole('button', { name: words.save }).click()
    await page.waitForURL(`**/tasks/shop/${job}`)
    expect(await taskOf(job)).toMatchObject({
      scheduleRule: '0/2 * * * * ?',
      changedReason: 'half as often',
    })
    const activity = await fetch(
      `${service.url}/api/v1/activity?group=shop&job=${job}&type=TaskReplaced&source=console`,
    )
    expect(await activity.json()).toMatchObject({ activity: [{ reason: 'half as often' }] })
    expect(complaints.filter((one) => !one.includes('412'))).toEqual([])
  },
)

test.each([en, zh])('an interval task calls a socket ($locale)', async (words) => {
  const job = `feed-${words.locale}`
  const { page, complaints } = await visit(browser, `${service.url}/tasks/new`, words)
  await nameIt(page, words, 'shop', job)
  await page.getByText(words.simple, { exact: true }).click()
  await page.getByText('SOCKET').click()
  await text(page, words.host).fill('127.0.0.1')
  await page.getByRole('spinbutton', { name: words.port }).fill(String(socket.port))
  await button(page, words.add).click()
  await successOnPage(page, words).waitFor()
  expect(socket.received.at(-1)).toContain('tasklogid')
  expect(await taskOf(job)).toMatchObject({
    target: `127.0.0.1:${socket.port}`,
    definition: { schedule: { type: 'simple', intervalMs: 60_000, repeatCount: -1 } },
  })
  expect(complaints).toEqual([])
})

test('what is wrong shows at its field, at the character where there is one', async () => {
  const { page } = await visit(browser, `${service.url}/tasks/new`)
  await text(page, en.expression).fill('0 0 25 * * ?')
  await page.getByText(en.tooLarge).first().waitFor()
  expect(await page.locator('.pointed mark').textContent()).toBe('2')
  expect(await text(page, en.expression).getAttribute('aria-invalid')).toBe('true')
  await text(page, en.payload).fill('{\n  "a": 1,\n}')
  await page.getByText('line 3, column 1').waitFor()

  // The fields and the text are the same expression.
  await page.getByRole('combobox', { name: en.hours, exact: true }).fill('9')
  expect(await text(page, en.expression).inputValue()).toBe('0 0 9 * * ?')
  await text(page, en.payload).fill('{}')
  await nameIt(page, en, 'shop', `orders-${en.locale}`)
  await text(page, 'URL').fill('not a url')
  await button(page, en.add).click()
  await page.getByText('expected an absolute http or https URL').first().waitFor()
  expect(await text(page, 'URL').getAttribute('aria-invalid')).toBe('true')

  const before = await taskOf(`orders-${en.locale}`)
  await text(page, 'URL').fill(callee.url())
  await button(page, en.add).click()
  await page.getByText('already exists').first().waitFor()
  expect(await text(page, en.job).getAttribute('aria-invalid')).toBe('true')
  expect((await taskOf(`orders-${en.locale}`)).definition).toEqual(before.definition)

  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stay here' }).click()
  expect(await text(page, 'URL').inputValue()).toBe(callee.url())
})

test('a change of somebody else is shown, and one’s own is kept on top of it', async () => {
  const path = `/tasks/shop/contested`
  const body = (more: object) =>
    JSON.stringify({
      schedule: { type: 'cron', expression: '0 0 2 * * ?' },
      recall: { type: 'http', url: callee.url() },
      ...more,
    })
  await fetch(`${service.url}/api/v1${path}`, { method: 'PUT', body: body({}) })
  const { page } = await visit(browser, `${service.url}${path}/edit`)
  await text(page, en.expression).fill('0 0 3 * * ?')
  await fetch(`${service.url}/api/v1${path}?reason=urgent`, {
    method: 'PUT',
    body: body({ priority: 7 }),
  })
  const dialog = page.getByRole('dialog')
  const save = async () => {
    await button(page, en.review).click()
    await dialog.getByRole('textbox', { name: en.reason }).fill('later')
    await dialog.getByRole('button', { name: en.save }).click()
  }
  await save()
  await page.getByText('Somebody changed this task while you were editing').waitFor()
  await page.getByText('urgent').waitFor()
  expect(await taskOf('contested')).toMatchObject({ scheduleRule: '0 0 2 * * ?', priority: 7 })
  await button(page, 'Keep my changes on top of theirs').click()
  await save()
  await page.waitForURL(`**${path}`)
  expect(await taskOf('contested')).toMatchObject({ scheduleRule: '0 0 3 * * ?', priority: 7 })
})

test('what is open over the changes of a task stays open while the task fires', async () => {
  const put = (expression: string) =>
    fetch(`${service.url}/api/v1/tasks/shop/busy`, {
      method: 'PUT',
      body: JSON.stringify({
        schedule: { type: 'cron', expression },
        recall: { type: 'http', url: callee.url() },
      }),
    })
  await put('0/2 * * * * ?')
  await put('* * * * * ?')
  const { page } = await visit(browser, `${service.url}/tasks/shop/busy/changes`, en)
  await page.getByRole('button', { name: en.revert }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: en.reason }).fill('half')
  const said = page.getByText(/Fired \d+/).first()
  const firedNow = async () => Number(/Fired (\d+)/.exec((await said.textContent()) ?? '')?.[1])
  const before = await firedNow()
  await expect.poll(firedNow, { timeout: 15_000 }).toBeGreaterThan(before + 1)
  expect(await dialog.getByRole('textbox', { name: en.reason }).inputValue()).toBe('half')
})

test.each([en, zh])('a task goes back to an earlier version ($locale)', async (words) => {
  const job = `reverted-${words.locale}`
  const put = (expression: string) =>
    fetch(`${service.url}/api/v1/tasks/shop/${job}?reason=trying`, {
      method: 'PUT',
      body: JSON.stringify({
        schedule: { type: 'cron', expression },
        recall: { type: 'http', url: callee.url() },
      }),
    })
  await put('0 0 2 * * ?')
  await put('0 0 3 * * ?')
  const { page, complaints } = await visit(browser, `${service.url}/tasks/shop/${job}`, words)
  await page.getByRole('link', { name: words.changes, exact: true }).click()
  const entry = page.getByRole('listitem').filter({ hasText: 'trying' })
  await entry.first().getByRole('button', { name: words.difference }).click()
  await entry.first().getByText('0 0 3 * * ?', { exact: true }).waitFor()
  expect(await seriousFindings(page)).toEqual([])

  await entry.last().getByRole('button', { name: words.revert }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('0 0 2 * * ?', { exact: true }).waitFor()
  await dialog.getByRole('textbox', { name: words.reason }).fill('it was better')
  await dialog.getByRole('button', { name: words.revert }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('it was better').first().waitFor()
  expect(await taskOf(job)).toMatchObject({
    scheduleRule: '0 0 2 * * ?',
    changedReason: 'it was better',
  })
  expect(complaints).toEqual([])
})

test.each([en, zh])('every planned instant says why ($locale)', async (words) => {
  const path = `/tasks/shop/orders-${words.locale}`
  await fetch(`${service.url}/api/v1${path}/pause`, {
    method: 'POST',
    body: JSON.stringify({ reason: 'stock-taking' }),
  })
  const { page, complaints } = await visit(browser, service.url + path, words)
  await page.getByRole('link', { name: words.occurrences, exact: true }).click()
  await page.getByRole('row').filter({ hasText: 'stock-taking' }).first().waitFor()
  await page.goto(`${service.url}${path}/occurrences?verdict=fired`)
  await page.getByRole('row').filter({ hasText: words.fired }).first().waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.locator('#why-at').fill('2020-01-01T00:00:00')
  await button(page, words.why).click()
  await page.getByRole('status').filter({ hasText: words.notYet }).waitFor()
  expect(page.url()).toContain('at=2020-01-01T00')

  await page.getByRole('link', { name: words.events, exact: true }).click()
  await page.getByText('TaskPaused').first().waitFor()
  expect(await seriousFindings(page)).toEqual([])
  expect(complaints).toEqual([])
})

test('a pause and another rule are played before anybody makes them', async () => {
  const path = '/tasks/shop/supposed'
  await fetch(`${service.url}/api/v1${path}`, {
    method: 'PUT',
    body: JSON.stringify({
      schedule: { type: 'cron', expression: '0 0 2 * * ?', misfire: 'doNothing' },
      recall: { type: 'http', url: callee.url() },
    }),
  })
  const { page, complaints } = await visit(browser, `${service.url}${path}/simulate`)
  await button(page, 'Simulate').click()
  await page.getByText('0 fires come, 1 goes, 0 move, 6 stay').waitFor()
  await page.getByText('If it had another rule').click()
  await page.getByRole('textbox', { name: 'Rule' }).fill('0 0 2,14 * * ?')
  await button(page, 'Simulate').click()
  await page.getByText('7 fires come, 0 go, 0 move, 7 stay').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  expect(complaints).toEqual([])
})

test('many tasks are paused together, with one reason and their progress', async () => {
  const put = (job: string) =>
    fetch(`${service.url}/api/v1/tasks/fleet/${job}`, {
      method: 'PUT',
      body: JSON.stringify({
        schedule: { type: 'cron', expression: '0 0 2 * * ?' },
        recall: { type: 'http', url: callee.url() },
      }),
    })
  await Promise.all(Array.from({ length: 130 }, (_, i) => put(`ship-${i}`)))
  const { page } = await visit(browser, `${service.url}/tasks?group=fleet`)
  await page.getByRole('checkbox', { name: 'Select fleet/ship-0', exact: true }).check()
  await button(page, 'Take all tasks of this list, also those not loaded').click()
  await button(page, 'Pause').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Tasks in all: 130').waitFor()
  await dialog.getByRole('textbox', { name: en.reason }).fill('in dock')
  await dialog.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Pause: 130 of 130').waitFor()
  await page.getByText('changed 130 · unchanged 0 · refused 0').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  const paused = await fetch(`${service.url}/api/v1/tasks?group=fleet&status=Paused&limit=200`)
  const { tasks } = (await paused.json()) as { tasks: readonly { statusReason: string }[] }
  expect(tasks.filter(({ statusReason }) => statusReason === 'in dock')).toHaveLength(130)
})

test('the editor has no serious finding of axe, and fits a phone', async () => {
  for (const { locale, expression } of [en, zh]) {
    const dark = locale === en.locale
    const { page } = await visit(browser, `${service.url}/tasks/new`, { locale, dark })
    await text(page, expression).waitFor()
    await page.locator('.fires tbody tr').first().waitFor()
    for (const fold of await page.locator('details.fold summary').all()) await fold.click()
    expect(await seriousFindings(page), `${locale}, dark: ${dark}`).toEqual([])
    await page.context().close()
  }
  const { page } = await visit(browser, `${service.url}/tasks/shop/contested/edit`, { width: 390 })
  await page.locator('.fires tbody tr').first().waitFor()
  expect(await overflowOf(page)).toBe(0)
})
