// The console with tens of thousands of tasks, by keyboard, and the record of everything that happened:
// a real Chromium before the whole service.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { startService, type RunningService } from '../support/service.ts'
import { overflowOf, seriousFindings, startBrowser, visit } from './browser.ts'

const manyTasks = 30_000
const scrollStepMsMax = 100
const dataDir = mkdtempSync(join(tmpdir(), 'carillon-lists-'))
let postgres: TestPostgres
let service: RunningService
let browser: Browser

const call = async (path: string, body: object, actor: string): Promise<void> => {
  const headers = { Cookie: `userid=${actor}` }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const answer = await fetch(`${service.url}/dispatchserver/${path}`, init)
  expect(await answer.json()).toMatchObject({ success: true })
}

const addTask = (groupCode: string, jobCode: string, actor: string): Promise<void> =>
  call(
    'add.do',
    {
      replace: false,
      recallConfig: { recallType: 'HTTP', option: { url: 'http://127.0.0.1:9/' }, data: {} },
      taskConfig: {
        triggerType: 'CronTrigger',
        groupCode,
        jobCode,
        cronExpress: '0 0 2 1 1 ?',
      },
    },
    actor,
  )

/** Copies of one task, written where the lists read. */
const multiplyTasks = async (databaseUrl: string): Promise<void> => {
  const db = new pg.Client({ connectionString: databaseUrl })
  await db.connect()
  await db.query(`set search_path to carillon_read`)
  for (const [table, changes] of [
    [
      'tasks',
      `'task_group', 'copies', 'job', 'copy-' || lpad(n::text, 6, '0'),
        'search_text', 'copy-' || lpad(n::text, 6, '0')`,
    ],
    ['task_progress', `'fired', n`],
  ] as const)
    await db.query(
      `insert into ${table}
        select (jsonb_populate_record(one, jsonb_build_object('task_no', 1000000 + n, ${changes}))).*
        from ${table} one, generate_series(1, ${manyTasks}) n
        where one.task_no = (select task_no from tasks where job = 'nightly')`,
    )
  await db.query(`analyze`)
  await db.end()
}

beforeAll(async () => {
  postgres = await startPostgres()
  const databaseUrl = await postgres.freshDatabase()
  const urls = { DATABASE_URL: databaseUrl, EVENT_STORE_URL: databaseUrl }
  service = await startService(dataDir, urls)
  await addTask('billing', 'nightly', 'alice')
  await addTask('reports', 'weekly', 'bob')
  const task = { groupName: 'billing', jobName: 'nightly' }
  await call('pause.do', { ...task, reason: 'new price list' }, 'alice')
  await vi.waitFor(async () => {
    const shown = await fetch(`${service.url}/api/v1/tasks/billing/nightly`)
    expect(await shown.json()).toMatchObject({ status: 'Paused' })
  })
  await multiplyTasks(databaseUrl)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser.close()
  await service.stop()
  await postgres.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const rowsOf = (page: Page) => page.locator('tbody tr[data-row]')

/** Scrolls on and on; answers what a step costs the page's one thread, in milliseconds of its own. */
const costOfScrolling = async (page: Page, steps: number): Promise<number> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const busyMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
  }
  const before = await busyMs()
  await page.evaluate(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    for (let step = 0; step < ${steps}; step += 1) {
      window.scrollBy(0, 1500)
      await frame()
      await frame()
    }
  })()`)
  return ((await busyMs()) - before) / steps
}

test('tens of thousands of tasks scroll without an end, and only those in sight exist', async () => {
  const { page, complaints } = await visit(browser, `${service.url}/tasks`)
  await page.getByRole('link', { name: 'copy-000001' }).waitFor()
  expect(await costOfScrolling(page, 60)).toBeLessThan(scrollStepMsMax)
  const loaded = async (): Promise<number> => {
    await page.evaluate('window.scrollTo(0, document.body.scrollHeight)')
    const told = await page.getByText(/so far; more come as you scroll/).textContent()
    return Number.parseInt(told ?? '', 10)
  }
  await expect.poll(loaded, { timeout: 15_000 }).toBeGreaterThan(300)
  expect(await rowsOf(page).count()).toBeLessThan(80)
  expect(await page.locator('table').getAttribute('aria-rowcount')).toBe('-1')
  expect(complaints).toEqual([])
})

test('the keyboard finds a task, moves through rows and goes from page to page', async () => {
  const { page, complaints } = await visit(browser, `${service.url}/tasks`)
  await page.getByRole('link', { name: 'copy-000001' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.type('copy-029')
  await page.getByRole('link', { name: 'copy-029000' }).waitFor()
  expect(page.url()).toContain('q=copy-029')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('j')
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('copy-029001')

  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('combobox', { name: 'Pages, tasks, actions' })
  await palette.fill('weekly')
  await page.getByRole('option', { name: /weekly/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'weekly' }).waitFor()
  expect(await page.title()).toContain('weekly')

  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await page.getByRole('table', { name: 'Activity' }).waitFor()
  await page.keyboard.press('l')
  await page.getByRole('table', { name: '操作记录' }).waitFor()
  expect(complaints).toEqual([])
})

test('the task that fires next comes first when that is the order', async () => {
  const { page, complaints } = await visit(browser, `${service.url}/tasks`)
  const first = rowsOf(page).first().getByRole('link').first()
  await expect.poll(() => first.textContent()).not.toBe('weekly')
  await page.getByRole('combobox', { name: 'Order' }).click()
  await page.getByTitle('By next fire').click()
  await expect.poll(() => first.textContent()).toBe('weekly')
  expect(page.url()).toContain('sort=next')
  expect(complaints).toEqual([])
})

test('a view keeps its filters under a name, and a hidden column stays hidden', async () => {
  const { page } = await visit(browser, `${service.url}/tasks?group=reports`)
  await page.getByRole('link', { name: 'weekly' }).waitFor()
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('textbox', { name: 'Name of this view' }).fill('mine')
  await page.getByRole('button', { name: 'Keep' }).click()
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Rule' }).click()
  await page.getByRole('columnheader', { name: 'Rule' }).waitFor({ state: 'detached' })
  await page.goto(`${service.url}/tasks`)
  await page.getByRole('link', { name: 'nightly' }).waitFor()
  expect(await page.getByRole('columnheader', { name: 'Rule' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('link', { name: 'mine' }).click()
  await page.getByRole('link', { name: 'nightly' }).waitFor({ state: 'detached' })
  expect(page.url()).toContain('group=reports')
})

test('who paused a task, and why, is found among everything that happened', async () => {
  const { page, complaints } = await visit(browser, `${service.url}/audit`)
  await page.getByRole('button', { name: 'bob' }).click()
  await page.getByRole('button', { name: 'alice' }).first().waitFor({ state: 'detached' })
  expect(page.url()).toContain('actor=bob')
  await page.goto(`${service.url}/audit?type=TaskPaused`)
  const row = rowsOf(page).filter({ hasText: 'new price list' })
  await row.getByText('alice').waitFor()
  await row.getByRole('button', { name: /Paused/ }).click()
  const panel = page.getByRole('dialog', { name: 'Event' })
  await panel.getByText('"type": "TaskPaused"').waitFor()
  expect(page.url()).toContain('open=billing')
  await page.reload()
  await panel.getByRole('link', { name: 'billing / nightly' }).click()
  await page.getByRole('heading', { name: 'nightly' }).waitFor()
  expect(complaints).toEqual([])
})

test('when nobody answers, the page says so, and comes back by itself', async () => {
  const { page } = await visit(browser, `${service.url}/tasks?group=billing`)
  await page.getByRole('link', { name: 'nightly' }).waitFor()
  await page.getByText(/^Data as of/).waitFor()
  await page.route('**/api/v1/**', (route) => route.abort())
  await page.getByText(/^No connection for/).waitFor()
  await page.getByRole('link', { name: 'nightly' }).waitFor()
  await page.unroute('**/api/v1/**')
  await page.getByRole('button', { name: 'Load again now' }).click()
  await page.getByText(/^Data as of/).waitFor()
})

test('a task can be read by its name in a window of middling width, whatever columns are shown', async () => {
  const { page } = await visit(browser, `${service.url}/tasks`, { width: 1024 })
  await rowsOf(page).first().waitFor()
  const nameWidth = async () =>
    (await page.getByRole('columnheader', { name: 'Task', exact: true }).boundingBox())?.width ?? 0
  expect(await nameWidth()).toBeGreaterThan(100)
  await page.getByRole('button', { name: 'Columns' }).click()
  for (const box of await page.locator('.menu .panel input[type=checkbox]').all()) await box.check()
  await page.getByRole('columnheader', { name: 'Priority' }).waitFor()
  await expect.poll(nameWidth).toBeGreaterThan(100)
  expect(await overflowOf(page)).toBe(0)
})

test('axe finds nothing serious, in both languages, light and dark, wide and narrow', async () => {
  for (const path of ['/tasks?group=billing', '/audit', '/runs']) {
    const { page, complaints } = await visit(browser, service.url + path)
    const settled = path === '/runs' ? page.locator('.nothing') : rowsOf(page).first()
    await settled.waitFor()
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
