// Which tasks a bulk command is for, as its body says it: `filter` with the names of the task list's
// query string, or `keys`, the tasks one by one. A filter without a condition would be everything, and
// is refused unless `all` says that everything is meant.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { TargetPages } from '../../commands/bulk/targets.ts'
import { BulkKey, type BulkAction, type BulkOrder } from '../../domain/bulk/events.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Queries } from '../../projections/queries.ts'
import { invalid, type RequestRefusal } from '../refusals.ts'
import { isObject, problem, type JsonFields } from './json-body.ts'
import { bodyOf, schemaOfFields } from './body-of-fields.ts'
import { decodeQuery, flag, instant, keyPartSchema, saying } from './query.ts'
import { reasonField } from './reason.ts'
import { taskFilters, tasksFilter } from './tasks.ts'

export interface Asked {
  readonly order: Omit<BulkOrder, 'source'>
  readonly keys: readonly BulkKey[] | null
  readonly dryRun: boolean
}

const keysMax = 10_000
const sayings = {
  ...reasonField,
  until: saying(instant, 'For a pause: when the scheduler resumes the tasks.'),
  all: saying(flag, 'Every task is meant; for a filter without a condition.'),
  dryRun: saying(flag, 'Only say which tasks it would be.'),
}

const keySchema = {
  type: 'object',
  properties: { group: keyPartSchema, job: keyPartSchema },
  required: ['group', 'job'],
}

/** What the fields of {@link decodeBulk} take. */
export const BulkBody = bodyOf('BulkBody', sayings, {
  example: { filter: { group: 'demo', status: ['Active'] }, reason: 'stock-taking' },
  properties: {
    filter: {
      ...schemaOfFields(taskFilters),
      properties: {
        ...schemaOfFields(taskFilters).properties,
        keys: {
          type: 'array',
          minItems: 1,
          maxItems: keysMax,
          items: keySchema,
          description: 'The tasks one by one, instead of conditions.',
        },
      },
    },
  },
})

export const decodeBulk = (
  action: BulkAction,
  { filter, ...said }: JsonFields,
  now: Instant,
): E.Either<RequestRefusal, Asked> => {
  const saying = decodeQuery(parametersOf(said), sayings)
  const which = filterOf(filter)
  if (E.isLeft(saying)) return saying
  if (E.isLeft(which)) return which
  const { reason, until, all, dryRun } = saying.right
  const { conditions, keys } = which.right
  if (until !== null && (action !== 'pause' || until <= now))
    return refused(
      'until',
      'only for a pause, and an instant to come.',
      '仅用于暂停，且应为将来的时刻。',
    )
  if (keys === null && Object.keys(conditions).length === 0 && !all)
    return refused(
      'filter',
      'names no condition; say "all": true if every task is meant.',
      '没有任何条件；如确指全部任务，请传 "all": true。',
    )
  const order = { action, filter: conditions, keys: keys?.length ?? null, until, reason }
  return E.right({ order, keys, dryRun })
}

interface Which {
  readonly conditions: BulkOrder['filter']
  readonly keys: readonly BulkKey[] | null
}

const filterOf = (given: unknown): E.Either<RequestRefusal, Which> => {
  if (given !== undefined && !isObject(given))
    return refused('filter', 'expected a JSON object.', '应为 JSON 对象。')
  const { keys, ...conditions } = given ?? {}
  const parameters = parametersOf(conditions)
  const decoded = decodeQuery(parameters, taskFilters)
  if (E.isLeft(decoded)) return decoded
  if (keys === undefined) return E.right({ conditions: Object.fromEntries(parameters), keys: null })
  if ([...parameters.keys()].length > 0)
    return refused('filter.keys', 'stand alone, without conditions.', '不能与其他条件同时使用。')
  const named = t.array(BulkKey).decode(keys)
  return E.isRight(named) && named.right.length > 0 && named.right.length <= keysMax
    ? E.right({ conditions: {}, keys: withoutTwins(named.right) })
    : refused(
        'filter.keys',
        `expected 1 to ${keysMax} pairs of group and job.`,
        `应为 1 至 ${keysMax} 个 group 与 job。`,
      )
}

const refused = (field: string, en: string, zh: string): E.Either<RequestRefusal, never> =>
  E.left(invalid([problem(field, en, zh)]))

const withoutTwins = (keys: readonly BulkKey[]): readonly BulkKey[] => [
  ...new Map(keys.map((key) => [JSON.stringify([key.group, key.job]), key])).values(),
]

/** Values as a query string has them; several of one name are separated by commas. */
const parametersOf = (fields: JsonFields): URLSearchParams => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(fields))
    if (value !== null)
      parameters.set(
        name,
        typeof value === 'string'
          ? value
          : Array.isArray(value)
            ? value.join(',')
            : JSON.stringify(value),
      )
  return parameters
}

const pageSize = 1_000

/** The task list, page by page, for whoever carries bulks out. */
export const taskPages =
  (queries: Queries): TargetPages =>
  async (tenant, filter, cursor) => {
    const query = decodeQuery(new URLSearchParams(filter), taskFilters)
    if (E.isLeft(query)) return E.left({ reason: 'the filter is no longer understood' })
    const listed = await queries.tasks(tasksFilter(tenant, query.right), {
      limit: pageSize,
      cursor,
    })()
    if (E.isLeft(listed)) return E.left({ reason: 'the tasks cannot be listed', ...listed.left })
    const { items, next } = listed.right
    const keys = items.map(({ taskId: { group, job } }) => ({ group, job }))
    return E.right({ keys, next })
  }
