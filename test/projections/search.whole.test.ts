// What is asked for by text or by length is found, wherever it is and however it is looked for: one by
// one, by the index of a day that is over, or page by page between the two.
import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import type { TaskEvent } from '../../src/domain/task/events.ts'
import { createQueries, type Queries } from '../../src/projections/queries.ts'
import { indexTexts } from '../../src/projections/runs/text-index.ts'
import { containing, foldCase, gramsOf } from '../../src/projections/search.ts'
import type { ActivityView, Listed, RunView } from '../../src/projections/views.ts'
import { cron, definitionOf, every, runId, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { reportAt } from './history.ts'
import { createLog, project, usePostgres } from './kit.ts'

const postgres = usePostgres()
const day = 86_400_000
const begin = Date.UTC(2026, 10, 20, 8)
const trigger = (ms: number) => ({
  ...{ decidedThrough: instantAt(ms), startAt: null, repeatCount: 0, timesTriggered: 0 },
})
const texts = ['余额不足', 'Timeout 100%', '对账完成', 'ok', '批', 'a_b']

/** Run `n` lies `n` half days after the first, lasts and is late by so many hundred milliseconds. */
const runEvents = (n: number): readonly TaskEvent[] => {
  const at = begin + (n * day) / 2
  const startedAt = at + n * 100
  return [
    {
      ...{ type: 'TaskTriggered', runId: runId(n + 1), cause: 'schedule', waitsFor: null },
      ...{ scheduledFor: instantAt(at), decidedAt: instantAt(at), calendars: {}, tzVersion: '1' },
      trigger: trigger(at),
    },
    {
      ...{ type: 'RecallSucceeded', runId: runId(n + 1), attempt: 1 },
      ...{
        finishedAt: instantAt(startedAt + n * 100),
        resultValue: texts[n % texts.length] ?? null,
      },
      report: reportAt(startedAt),
    },
  ]
}
const runCount = 24

let queries: Queries
/** Looks at three runs one by one, and asks the days for the rest. */
let careful: Queries
let db: Awaited<ReturnType<typeof postgres.fresh>>

beforeEach(async () => {
  const log = createLog()
  const nightly = taskId('nightly', 'billing')
  const hourly = taskId('hourly', '结算')
  const added = (definition: ReturnType<typeof definitionOf>): TaskEvent => ({
    ...{ type: 'TaskAdded', addedAt: instantAt(begin), definition },
    trigger: trigger(begin),
  })
  await log.append(nightly, [added(definitionOf(cron('0 0 2 * * ?'), { name: '日终核对' }))])
  await log.append(hourly, [added(definitionOf(every(3_600_000, { startAt: instantAt(begin) })))])
  for (let n = 0; n < runCount; n++) await log.append(n % 4 === 0 ? hourly : nightly, runEvents(n))
  db = await postgres.fresh()
  await project(log.store, db)
  queries = createQueries(db)
  careful = createQueries(db, undefined, 3)
})

const indexDays = (days: number): Promise<number> =>
  indexTexts(db, 'carillon_read', instantAt(begin + days * day), new AbortController().signal)

const everyPage = async (from: Queries, filter: object, limit = 2): Promise<readonly number[]> => {
  const found: number[] = []
  let cursor: string | null = null
  do {
    const page: Listed<RunView> = right(
      await from.runs({ tenant: 'default', ...filter }, { limit, cursor })(),
    )
    found.push(...page.items.map(({ runId: id }) => Number.parseInt(id, 16) - 1))
    cursor = page.next
  } while (cursor !== null)
  return found
}

const numbers = (which: (n: number) => boolean): readonly number[] =>
  Array.from({ length: runCount }, (_, n) => runCount - 1 - n).filter(which)

const withText = (text: string) =>
  numbers((n) => texts[n % texts.length]!.toLowerCase().includes(text.toLowerCase()))

describe('runs', () => {
  test.each(['余额', '账完', '足', 'TIMEOUT', '0%', 'ok', '批', 'a_b', 'nowhere', '无'])(
    'with a text within are found one by one and by the index of their days: %s',
    async (text) => {
      expect(await everyPage(queries, { text })).toEqual(withText(text))
      expect(await everyPage(careful, { text })).toEqual(withText(text))
      await indexDays(8)
      expect(await everyPage(careful, { text })).toEqual(withText(text))
      expect(await everyPage(careful, { text, outcomes: ['failed'] })).toEqual([])
    },
  )

  test('are found by the texts of their tasks as well', async () => {
    const ofHourly = numbers((n) => n % 4 === 0)
    expect(await everyPage(careful, { text: '结算' })).toEqual(ofHourly)
    await indexDays(30)
    expect(await everyPage(careful, { text: '结算' })).toEqual(ofHourly)
    const ours = { group: 'billing', job: 'nightly', text: '核对' }
    expect(await everyPage(careful, ours)).toEqual(numbers((n) => n % 4 !== 0))
  })

  test('are found by how long they lasted and how late they came', async () => {
    for (const from of [queries, careful]) {
      expect(await everyPage(from, { durationMinMs: 1_500 })).toEqual(numbers((n) => n >= 15))
      expect(await everyPage(from, { latenessMinMs: 400 })).toEqual(numbers((n) => n >= 4))
      const both = { durationMinMs: 300, latenessMinMs: 2_000, text: 'ok' }
      expect(await everyPage(from, both)).toEqual([21])
    }
  })

  test('of days that are over are indexed once', async () => {
    expect(await indexDays(5)).toBe(5)
    expect(await indexDays(5)).toBe(0)
  })
})

describe('activity', () => {
  test('that no index finds comes page by page, and nothing of it is lost', async () => {
    const all = async (from: Queries, filter: object) => {
      const found: ActivityView[] = []
      let pages = 0
      for (let cursor: string | null = null; ;) {
        const page: Listed<ActivityView> = right(
          await from.activity({ tenant: 'default', ...filter }, { limit: 2, cursor })(),
        )
        found.push(...page.items)
        pages += 1
        if (page.next === null) return { found, pages }
        cursor = page.next
      }
    }
    const fires = { types: ['TaskTriggered'] } as const
    const everything = (await all(queries, {})).found
    const ofGroup = everything.filter(
      ({ taskId, type }) => taskId?.group === '结算' && type === 'TaskTriggered',
    )
    expect(ofGroup).toHaveLength(runCount / 4)
    const narrowed = await all(careful, { group: '结算', ...fires })
    expect(narrowed.found).toEqual(ofGroup)
    const nothing = await all(careful, { source: 'recall' })
    expect(nothing.found).toEqual([])
    expect(nothing.pages).toBe(Math.ceil((everything.length + 1) / 3))
    expect((await all(careful, { source: 'scheduler' })).found).toEqual(everything)
  })
})

test('the grams of a text stand among those of whatever holds it', async () => {
  const letters = fc.constantFrom(...Array.from('aAbZ09 %_\\\n账结算足é😀'))
  const words = fc.string({ unit: letters, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(words, words, words, async (before, text, after) => {
      fc.pre(text !== '')
      const folded = foldCase(text)
      const { rows } = await sql<{ like: boolean; among: boolean }>`
        select e like ${containing(folded)} as "like",
          carillon_read.search_grams(e) @> ${gramsOf(folded) ?? []}::text[] as among
        from (select carillon_read.run_extract(${before}, ${text + after}) as e) x`.execute(db)
      expect(rows).toEqual([{ like: true, among: true }])
    }),
    { numRuns: 60 },
  )
})
