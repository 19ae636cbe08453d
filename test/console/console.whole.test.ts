// The console as somebody on call meets it: the built pages in a real Chromium, before the whole
// service. Without a browser this fails and says so; `.ci/run` installs one.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { json, startHttpCallee, type HttpCallee } from '../support/callee.ts'
import { startService, type RunningService } from '../support/service.ts'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const dataDir = mkdtempSync(join(tmpdir(), 'carillon-console-'))
let service: RunningService
let callee: HttpCallee
let browser: Browser

beforeAll(async () => {
  if (!existsSync(executablePath))
    throw new Error(`there is no Chromium at ${executablePath}; install it or set CHROMIUM`)
  callee = await startHttpCallee(json({ success: true, resultValue: 'all done' }))
  service = await startService(dataDir)
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
})
afterAll(async () => {
  await browser.close()
  await service.stop()
  await callee.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const addTask = async (groupCode: string, jobCode: string, cronExpress: string): Promise<void> => {
  const answer = await fetch(`${service.url}/dispatchserver/add.do`, {
    method: 'POST',
    body: JSON.stringify({
      replace: false,
      recallConfig: { recallType: 'HTTP', option: { url: callee.url() }, data: { from: 'test' } },
      taskConfig: { triggerType: 'CronTrigger', groupCode, jobCode, cronExpress },
    }),
  })
  expect(await answer.json()).toMatchObject({ success: true })
}

interface Opened {
  readonly page: Page
  /** What the browser complained about: errors of scripts, refusals of the content policy. */
  readonly complaints: string[]
}

const open = async (path: string, locale: string, dark = false, width = 1440): Promise<Opened> => {
  const context = await browser.newContext({
    locale,
    colorScheme: dark ? 'dark' : 'light',
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(service.url + path)
  return { page, complaints }
}

/** What axe finds serious or worse; it runs outside the page's content policy. */
const seriousFindings = async (page: Page): Promise<unknown> => {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as {
      axe: {
        run: () => Promise<{ violations: { id: string; impact: string; nodes: unknown[] }[] }>
      }
    }
    const { violations } = await tool.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => ({ id, first: JSON.stringify(nodes[0]).slice(0, 600) }))
  })
}

const languages = [
  {
    locale: 'en-GB',
    words: {
      rule: 'at 02:00, every day',
      trigger: 'Run now',
      pause: 'Pause',
      paused: 'Paused',
      reason: 'Reason',
      needed: 'Please give a reason.',
      succeeded: 'Succeeded',
      reply: 'Reply',
      other: '中文',
      search: 'Search by key, name, address or payload',
      noMatch: 'Nothing matches',
    },
  },
  {
    locale: 'zh-CN',
    words: {
      rule: '每天，02:00',
      trigger: '立即执行',
      pause: '暂停',
      paused: '已暂停',
      reason: '原因',
      needed: '请填写原因。',
      succeeded: '成功',
      reply: '应答',
      other: 'English',
      search: '搜索编码、名称、地址或参数',
      noMatch: '没有匹配项',
    },
  },
] as const

test.each(languages)('a task is found, run and paused with a reason ($locale)', async (given) => {
  const { locale, words } = given
  const job = `nightly-${locale}`
  await addTask('billing', job, '0 0 2 * * ?')
  const { page, complaints } = await open('/tasks', locale)

  const row = page.getByRole('row').filter({ hasText: job })
  await row.getByText(words.rule).waitFor()
  const search = page.getByRole('searchbox', { name: words.search })
  await search.fill('no such task')
  await page.getByText(words.noMatch).waitFor()
  expect(page.url()).toContain('q=no+such+task')
  await search.fill(job)
  await row.getByRole('link', { name: job, exact: true }).click()

  await page.getByRole('button', { name: words.trigger, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: words.trigger, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  const run = page.getByRole('row').filter({ hasText: words.succeeded })
  await run.getByRole('link').first().click()
  await page.getByRole('heading', { name: words.reply }).waitFor()
  await page.getByText('"resultValue": "all done"').first().waitFor()
  await page.goBack()

  await page.getByRole('button', { name: words.pause, exact: true }).click()
  await dialog.getByRole('button', { name: words.pause, exact: true }).click()
  await dialog.getByText(words.needed).waitFor()
  await dialog.getByRole('textbox', { name: words.reason }).fill(`maintenance ${locale}`)
  await dialog.getByRole('button', { name: words.pause, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.locator('header').getByText(words.paused).waitFor()
  await page.locator('header').getByText(`maintenance ${locale}`).waitFor()

  const task = await (await fetch(`${service.url}/api/v1/tasks/billing/${job}`)).json()
  expect(task).toMatchObject({ status: 'Paused', statusReason: `maintenance ${locale}` })

  await page.getByRole('button', { name: words.other }).click()
  const other = languages.find((language) => language.locale !== locale)
  await page
    .locator('header')
    .getByText(other?.words.paused ?? '', { exact: true })
    .waitFor()
  expect(complaints).toEqual([])
})

test('pages have no serious finding of axe, in light and dark and on a phone', async () => {
  await addTask('reports', 'weekly', '0 0 6 ? * MON')
  const answer = await fetch(`${service.url}/api/v1/runs?limit=1`)
  const listed = (await answer.json()) as { runs: readonly { runId: string }[] }
  const runPath = `/runs/${listed.runs[0]?.runId}`
  for (const dark of [false, true])
    for (const [path, settled] of [
      ['/tasks', 'weekly'],
      ['/tasks/reports/weekly', 'at 06:00'],
      ['/tasks/reports/weekly/events', 'TaskAdded'],
      ['/runs', 'Succeeded'],
      [runPath, 'TaskTriggered'],
    ] as const) {
      const { page, complaints } = await open(path, 'en-GB', dark)
      await page.getByText(settled).first().waitFor()
      expect(await seriousFindings(page), `${path}, dark: ${dark}`).toEqual([])
      expect(complaints).toEqual([])
      await page.context().close()
    }
  const { page } = await open('/tasks', 'en-GB', false, 390)
  await page.getByText('weekly').first().waitFor()
  expect(await seriousFindings(page)).toEqual([])
  const overflow = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  expect(overflow).toBe(0)
})

test('paths that are nobody’s are still refused, and the API is not in the way', async () => {
  expect((await fetch(`${service.url}/nothing-here`)).status).toBe(404)
  expect((await fetch(`${service.url}/assets/..%2findex.html`)).status).toBe(404)
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(200)
  const page = await fetch(`${service.url}/tasks/any/thing`)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(await page.text()).not.toContain('__NONCE__')
})

test('the page about the API comes from this service alone, light and dark', async () => {
  for (const dark of [false, true]) {
    const { page, complaints } = await open('/docs', 'en-GB', dark)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.reload()
    for (const path of ['/api/v1/tasks/{group}/{job}/why', '/dispatchserver/add.do'])
      await page.locator(`[data-path="${path}"]`).first().waitFor()
    expect(await page.evaluate('document.documentElement.className')).toBe(dark ? 'dark-mode' : '')
    expect(asked.filter((url) => !url.startsWith(service.url) && !url.startsWith('data:'))).toEqual(
      [],
    )
    expect(complaints).toEqual([])
    await page.context().close()
  }
})
