// A real Chromium for tests of the console, pages opened as a visitor of some language and taste
// opens them, and what axe and the browser itself complain about.
import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

export interface Visit {
  readonly locale?: string
  readonly dark?: boolean
  readonly width?: number
}
export interface Visited {
  readonly page: Page
  /** Errors of scripts, refusals of the content policy. */
  readonly complaints: string[]
}

export const startBrowser = async (): Promise<Browser> => {
  if (!existsSync(executablePath))
    throw new Error(`there is no Chromium at ${executablePath}; install it or set CHROMIUM`)
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
  return chromium.launch({ executablePath, args })
}

/** Within a test, which ends the visit: a page left open goes on asking and drawing beside the next test. */
export const visit = async (browser: Browser, url: string, as: Visit = {}): Promise<Visited> => {
  const { locale = 'en-GB', dark = false, width = 1440 } = as
  const context = await browser.newContext({
    locale,
    colorScheme: dark ? 'dark' : 'light',
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
  })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`)
  })
  await page.goto(url)
  return { page, complaints }
}

/** What axe finds serious or worse; it runs outside the page's content policy. */
export const seriousFindings = async (page: Page): Promise<unknown> => {
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

/** How far the page is wider than its window. */
export const overflowOf = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
