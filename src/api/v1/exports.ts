// The lists as files, for a spreadsheet or a script: the whole of a list, page after page.
import { stringify } from 'csv-stringify/sync'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { type Listed, type PageRequest } from '../../projections/views.ts'
import type { ApiDeps } from '../deps.ts'
import type { Written } from '../answer.ts'
import { download } from '../download.ts'
import { activityFilter, activityFilters } from './activity.ts'
import { activityJson, runJson, summaryJson } from './json.ts'
import { oneOf } from './query.ts'
import { question } from './question.ts'
import { runFilters, runsFilter } from './runs.ts'
import { taskFilters, tasksFilter } from './tasks.ts'

const format = oneOf(['csv', 'json'])
const file = { isFile: true }

/** JSON unless `format` says CSV. Later pages show what has changed since the first was read. */
export const exportTasks = (deps: ApiDeps) =>
  question(
    deps,
    { ...taskFilters, format },
    async ({ tenant, query }) => {
      const filter = tasksFilter(tenant, query)
      const read = (page: PageRequest) => deps.queries.tasks(filter, page)
      return fileOf('tasks', query.format ?? 'json', taskColumns, read, summaryJson)
    },
    file,
  )

export const exportRuns = (deps: ApiDeps) =>
  question(
    deps,
    { ...runFilters, format },
    async ({ tenant, query }) => {
      const filter = runsFilter(tenant, query)
      if (E.isLeft(filter)) return filter
      const read = (page: PageRequest) => deps.queries.runs(filter.right, page)
      return fileOf('runs', query.format ?? 'json', runColumns, read, runJson)
    },
    file,
  )

export const exportActivity = (deps: ApiDeps) =>
  question(
    deps,
    { ...activityFilters, format },
    async ({ tenant, query }) => {
      const filter = activityFilter(tenant, query)
      if (E.isLeft(filter)) return filter
      const read = (page: PageRequest) => deps.queries.activity(filter.right, page)
      return fileOf('activity', query.format ?? 'json', activityColumns, read, activityJson)
    },
    file,
  )

/** Dots lead into objects. New columns are added at the end, so that scripts may count them. */
const taskColumns = [
  'tenant group job status statusSince statusBy statusReason pausedUntil name description',
  'priority scheduleKind scheduleRule zone target nextFireAt addedAt addedBy changedAt changedBy',
  'changedReason lastRun.runId lastRun.outcome lastRun.triggeredAt lastRun.finishedAt revision',
].flatMap((names) => names.split(' '))

const runColumns = [
  'tenant group job runId cause scheduledFor triggeredAt startedAt finishedAt outcome attempts',
  'latenessMs durationMs statusCode reason resultValue target',
].flatMap((names) => names.split(' '))

const activityColumns =
  'tenant group job at type actor reason source runId detail revision position'.split(' ')

/** Small, so that a file begins to come at once and whoever else asks something has their turn. */
const firstPageRows = 25
const pageRowsMax = 200

/** The first page is read before anything is sent: what fails by then is answered as a problem. */
const fileOf = async <F, T>(
  name: string,
  as: 'csv' | 'json',
  columns: readonly string[],
  read: (page: PageRequest) => TE.TaskEither<F, Listed<T>>,
  json: (item: T) => object,
): Promise<E.Either<F, Written>> => {
  const first = await read({ limit: firstPageRows, cursor: null })()
  if (E.isLeft(first)) return first
  const pages = pagesFrom(first.right, read, json)
  return E.right(
    as === 'csv'
      ? download(`${name}.csv`, 'text/csv; charset=utf-8', csvOf(columns, pages))
      : download(`${name}.json`, 'application/json; charset=utf-8', jsonOf(pages)),
  )
}

async function* pagesFrom<F, T>(
  first: Listed<T>,
  read: (page: PageRequest) => TE.TaskEither<F, Listed<T>>,
  json: (item: T) => object,
): AsyncGenerator<readonly object[]> {
  let page = first
  yield page.items.map(json)
  for (let rows = firstPageRows; page.next !== null;) {
    rows = Math.min(rows * 2, pageRowsMax)
    const following = await read({ limit: rows, cursor: page.next })()
    if (E.isLeft(following)) throw new Error('a page of the export could not be read')
    page = following.right
    yield page.items.map(json)
  }
}

/** With a byte order mark, without which spreadsheets take UTF-8 for something else. */
async function* csvOf(
  columns: readonly string[],
  pages: AsyncIterable<readonly object[]>,
): AsyncGenerator<string> {
  const dialect = { record_delimiter: '\r\n', escape_formulas: true } as const
  yield `\uFEFF${stringify([[...columns]], dialect)}`
  for await (const rows of pages)
    if (rows.length > 0) yield stringify([...rows], { ...dialect, columns })
}

async function* jsonOf(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  let separator = '[\n'
  for await (const rows of pages) {
    if (rows.length === 0) continue
    yield separator + rows.map((row) => JSON.stringify(row)).join(',\n')
    separator = ',\n'
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n'
}
