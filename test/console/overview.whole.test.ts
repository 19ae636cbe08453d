// The first page, the timeline of a day, the page about the service itself, and the
// past:
// in a real Chromium before the whole service.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { json, startHttpCallee, type HttpCallee } from '../support/callee.ts'
import { startService, type RunningService } from '../support/service.ts'
import { overflowOf, seriousFindings, startBrowser, visit } from './browser.ts'

const firstPageBytesMax = 400 * 1024
const dataDir = mkdtempSync(join(tmpdir(), 'carillon-overview-'))
let service: RunningService
let callees: readonly HttpCallee[]
let browser: Browser
let beforePause: string

const call = async (path: string, body: object): Promise<void> => {
  const headers = { Cookie: 'userid=alice' }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const answer = await fetch(`${service.url}/dispatchserver/${path}`, init)
  expect(await answer.json()).toMatchObject({ success: true })
}

const addTask = (jobCode: string, cronExpress: string, callee: HttpCallee | undefined) =>
  call('add.do', {
    replace: false,
    recallConfig: { recallType: 'HTTP', option: { url: callee?.url() }, data: {} },
    taskConfig: { triggerType: 'CronTrigger', groupCode: 'billing', jobCode, cronExpress },
  })

const untilShown = (path: string, found: object) =>
  vi.waitFor(
    async () => {
      const answer = await fetch(`${service.url}/api/v1${path}`)
      expect(await answer.json()).toMatchObject(found)
    },
    { timeout: 20_000 },
  )

beforeAll(async () => {
  callees = [
    await startHttpCallee(json({ success: true, resultValue: 'all done' })),
    await startHttpCallee(json({ success: false, resultValue: 'disk full' })),
  ]
  service = await startService(dataDir)
  await addTask('good', '0 0 3 * * ?', callees[0])
  await addTask('bad', '0 0 4 * * ?', callees[1])
  await addTask('quiet', '0 0 5 * * ?', callees[0])
  await call('trigger.do', { groupName: 'billing', jobName: 'good' })
  await call('trigger.do', { groupName: 'billing', jobName: 'bad' })
  await untilShown('/runs?outcome=failed', { runs: [{ job: 'bad' }] })
  await untilShown('/runs?outcome=succeeded', { runs: [{ job: 'good' }] })
  beforePause = new Date().toISOString()
  await call('pause.do', { groupName: 'billing', jobName: 'quiet', reason: 'stock-taking' })
  await untilShown('/stats/summary', { paused: { count: 1 }, failing: { count: 1 } })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser.close()
  await service.stop()
  await Promise.all(callees.map((callee) => callee.close()))
  rmSync(dataDir, { recursive: true, force: true })
})

test('the first page says what needs somebody, who paused what, and leads to the cause', async () => {
  const { page, complaints } = await visit(browser, service.url)
  const exceptions = page.getByRole('region', { name: 'Needs attention' })
  await exceptions.getByText('stock-taking').waitFor()
  await exceptions.getByText('by alice').waitFor()
  await exceptions.getByText(/^The last run failed: .*disk full/).click()
  await page.getByText('disk full').first().waitFor()
  expect(page.url()).toContain('/runs/')
  expect(complaints).toEqual([])
})

test('a chart is walked through by keyboard, and a day opens into its timeline', async () => {
  const { page, complaints } = await visit(browser, service.url)
  const pulse = page.getByRole('slider', { name: 'The last hour' })
  await pulse.focus()
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowLeft')
  expect(await pulse.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d · Succeeded \d+ · Failed/)
  await page.getByRole('link', { name: /: 2 fired, 1 failed$/ }).click()
  await page.getByRole('img', { name: /^Timeline of / }).waitFor()
  await page.getByText('As a table').click()
  const row = page.getByRole('row').filter({ hasText: 'billing / bad' })
  await row.getByRole('cell', { name: '1', exact: true }).first().waitFor()
  expect(complaints).toEqual([])
})

test('the page about the service says whether it is ready for work', async () => {
  const { page, complaints } = await visit(browser, `${service.url}/system`)
  await page.getByText('Ready for work').waitFor()
  const processes = page.getByRole('region', { name: 'Processes' })
  await processes.getByRole('row').filter({ hasText: 'answers you' }).getByText('2 tasks').waitFor()
  await page.getByRole('textbox', { name: 'Find a setting' }).fill('time_zone')
  await page.getByRole('row').filter({ hasText: 'TIME_ZONE' }).waitFor()
  expect(await page.getByText('DRAIN_TIMEOUT_MS').count()).toBe(0)
  const readModels = page.getByRole('region', { name: 'Read models' })
  await readModels.getByText('Up to date').waitFor()
  await readModels.getByRole('button', { name: 'Rebuild' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('to see that it can be done')
  await dialog.getByRole('button', { name: 'Rebuild' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await vi.waitFor(
    async () => {
      const answer = await fetch(`${service.url}/api/v1/projections`)
      expect(await answer.json()).toMatchObject({
        projections: [{ version: 2, lastRebuild: { reason: 'to see that it can be done' } }],
      })
    },
    { timeout: 30_000 },
  )
  expect(complaints).toEqual([])
})

test('the whole console looks back at a moment, says so, and finds the way back', async () => {
  const { page, complaints } = await visit(browser, `${service.url}/tasks?asOf=${beforePause}`)
  const row = page.getByRole('row').filter({ hasText: 'quiet' })
  await row.getByText('Active').waitFor()
  const banner = page.getByRole('status').filter({ hasText: 'As of' })
  await banner.getByText('Tasks as they were then').waitFor()
  await page.getByRole('link', { name: 'Activity' }).click()
  await page.getByRole('table', { name: 'Activity' }).waitFor()
  expect(page.url()).toContain('asOf=')
  expect(await page.getByText('stock-taking').count()).toBe(0)
  await banner.getByRole('button', { name: 'Back to now' }).click()
  await page.getByText('stock-taking').first().waitFor()
  expect(page.url()).not.toContain('asOf=')
  expect(complaints).toEqual([])
})

test('axe finds nothing serious, in both languages, light and dark, wide and narrow', async () => {
  for (const path of ['/', '/timeline', '/system']) {
    const { page, complaints } = await visit(browser, service.url + path)
    await page.locator('main section.card').first().waitFor()
    const check = async (as: string) => {
      expect(await seriousFindings(page), `${path} ${as}`).toEqual([])
      expect(await overflowOf(page), `${path} ${as}`).toBe(0)
    }
    await check('in English, light, wide')
    await page.getByRole('button', { name: 'Dark theme' }).click()
    await page.getByRole('button', { name: '中文' }).click()
    await check('in Chinese, dark, wide')
    await page.setViewportSize({ width: 390, height: 844 })
    await check('in Chinese, dark, narrow')
    expect(complaints).toEqual([])
    await page.context().close()
  }
})

test('the first page is small: charts it does not draw are not fetched', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const loaded: Promise<number>[] = []
  page.on('response', (response) => {
    if (response.url().includes('/assets/'))
      loaded.push(response.body().then((body) => gzipSync(body).length))
  })
  await page.goto(service.url)
  await page.getByText('stock-taking').waitFor()
  const bytes = (await Promise.all(loaded)).reduce((sum, size) => sum + size, 0)
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThan(firstPageBytesMax)
})
