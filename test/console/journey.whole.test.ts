// Somebody new to the console, in either language: keeps a task from firing by a calendar and asks why it
// did not, sees another fire without loading anything again, reads what was said, stops it with a reason
// and takes that back, deletes it and takes that back too.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { json, startHttpCallee, type HttpCallee } from '../support/callee.ts'
import { startService, type RunningService } from '../support/service.ts'
import { overflowOf, seriousFindings, startBrowser, visit } from './browser.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'carillon-journey-'))
let service: RunningService
let callee: HttpCallee
let browser: Browser

beforeAll(async () => {
  callee = await startHttpCallee(json({ success: true, resultValue: 'all done' }))
  service = await startService(dataDir)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser.close()
  await service.stop()
  await callee.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const put = async (job: string, schedule: object): Promise<void> => {
  const recall = { type: 'http', url: callee.url() }
  const answer = await fetch(`${service.url}/api/v1/tasks/shop/${job}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ schedule, recall, data: { order: 17 } }),
  })
  expect(answer.status, await answer.text()).toBe(201)
}
const statusOf = async (job: string): Promise<unknown> => {
  const answer = await fetch(`${service.url}/api/v1/tasks/shop/${job}`)
  return ((await answer.json()) as { status: string }).status
}
const becomes = (job: string, status: string) =>
  vi.waitFor(async () => expect(await statusOf(job)).toBe(status), { timeout: 15_000 })

const en = {
  locale: 'en-GB',
  calendars: 'Calendars',
  newCalendar: 'New calendar',
  name: 'Name',
  addTimes: 'Add times',
  from: 'From, 1',
  to: 'To, 1',
  save: 'Save',
  usedBy: '1 task',
  occurrences: 'Occurrences',
  excluded: 'Excluded',
  live: 'Live',
  succeeded: 'Succeeded',
  request: 'Request',
  pause: 'Pause',
  reason: 'Reason',
  willNot: /occurrences of the next 24 h will not fire/,
  undo: 'Undo',
  more: 'More',
  delete: 'Delete',
  remove: 'Remove',
  falls: /fires? comes? in/,
}
const zh: typeof en = {
  locale: 'zh-CN',
  calendars: '日历',
  newCalendar: '新增日历',
  name: '名称',
  addTimes: '添加时段',
  from: '开始（1）',
  to: '结束（1）',
  save: '保存',
  usedBy: '1 个任务',
  occurrences: '计划时刻',
  excluded: '被日历排除',
  live: '实时',
  succeeded: '成功',
  request: '请求',
  pause: '暂停',
  reason: '原因',
  willNot: /未来 24 小时的 .* 次触发将不会发生/,
  undo: '撤销',
  more: '更多',
  delete: '删除',
  remove: '删除',
  falls: /增加 .* 次触发/,
}

test.each([en, zh])(
  'a calendar keeps a task from firing, and it says so ($locale)',
  async (words) => {
    const [name, job] = [`closed-${words.locale}`, `quiet-${words.locale}`]
    const { page, complaints } = await visit(browser, service.url, words)
    await page.getByRole('link', { name: words.calendars, exact: true }).click()
    await page.getByRole('link', { name: words.newCalendar, exact: true }).click()
    await page.getByRole('textbox', { name: words.name, exact: true }).fill(name)
    await page.getByRole('button', { name: words.addTimes }).click()
    await page.getByRole('textbox', { name: words.from }).fill('00:00')
    await page.getByRole('textbox', { name: words.to }).fill('24:00')
    await page.getByRole('button', { name: words.save, exact: true }).click()
    await page.getByRole('heading', { name }).waitFor()
    expect(await seriousFindings(page)).toEqual([])

    await put(job, { type: 'cron', expression: '0/2 * * * * ?', calendars: [name] })
    await page.goto(`${service.url}/tasks/shop/${job}/occurrences`)
    const row = page.getByRole('row').filter({ hasText: words.excluded })
    await row.first().getByText(name).waitFor()

    // What would come in, were the calendar gone, is said before it goes.
    await page.getByRole('link', { name: words.calendars, exact: true }).click()
    await page.getByRole('row').filter({ hasText: name }).getByText(words.usedBy).waitFor()
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByRole('button', { name: words.remove, exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(words.falls).waitFor()
    await dialog.getByRole('textbox', { name: words.reason }).fill('open again')
    await dialog.getByRole('button', { name: words.remove, exact: true }).click()
    await page.getByRole('button', { name: words.undo }).click()
    await vi.waitFor(
      async () =>
        expect((await fetch(`${service.url}/api/v1/calendars/${name}`)).status, 'undone').toBe(200),
      { timeout: 15_000 },
    )
    expect(complaints).toEqual([])
  },
)

test.each([en, zh])(
  'a task is seen firing, stopped, deleted, and brought back ($locale)',
  async (words) => {
    const job = `orders-${words.locale}`
    const { page, complaints } = await visit(
      browser,
      `${service.url}/runs?group=shop&job=${job}`,
      words,
    )
    await page.getByRole('button', { name: words.live, exact: true }).waitFor()
    await put(job, { type: 'cron', expression: '* * * * * ?' })
    const run = page.getByRole('row').filter({ hasText: words.succeeded }).first()
    await run.getByRole('link').last().click()
    await page.getByRole('region', { name: words.request }).getByText('"tasklogid"').waitFor()
    await page.getByText('"resultValue": "all done"').first().waitFor()
    expect(await seriousFindings(page)).toEqual([])

    await page.getByRole('link', { name: `shop / ${job}` }).click()
    const dialog = page.getByRole('dialog')
    const sure = async (verb: string) => {
      await dialog.getByText(words.willNot).waitFor()
      await dialog.getByRole('textbox', { name: words.reason }).fill(`because of ${job}`)
      await dialog.getByRole('button', { name: verb, exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })
    }
    await page.getByRole('button', { name: words.pause, exact: true }).click()
    await sure(words.pause)
    await becomes(job, 'Paused')
    await page.getByRole('button', { name: words.undo }).click()
    await becomes(job, 'Active')

    await page.getByRole('button', { name: words.more }).click()
    await page.getByRole('button', { name: words.delete, exact: true }).click()
    await sure(words.delete)
    await becomes(job, 'Deleted')
    await page.getByRole('button', { name: words.undo }).last().click()
    await becomes(job, 'Active')
    await page.setViewportSize({ width: 390, height: 844 })
    // Drawings follow the width of the window a moment later.
    await expect.poll(() => overflowOf(page), { timeout: 5_000 }).toBe(0)
    expect(complaints).toEqual([])
  },
)
