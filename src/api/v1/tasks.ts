// Which tasks are there, how is this one, and which groups do they form?
import * as E from 'fp-ts/lib/Either.js'
import type { KeyPart } from '../../domain/task/ids.ts'
import type { TasksFilter } from '../../projections/views.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid } from '../refusals.ts'
import { asOf, question, taskIdOf } from './question.ts'
import { recentOf } from './recent-verdicts.ts'
import { groupJson, summaryJson, taskJson } from './json.ts'
import { asOfField } from './past/moment.ts'
import { taskAsOf, tasksAsOf } from './past/tasks-at.ts'
import {
  instant,
  integerBetween,
  keyPart,
  oneOf,
  page,
  pageOf,
  someOf,
  text,
  yes,
  type Query,
} from './query.ts'

const statuses = someOf(['Active', 'Paused', 'Completed', 'Deleted'])

/** Which tasks: for the list and for its export. */
export const taskFilters = {
  group: keyPart,
  status: statuses,
  q: text(200),
  kind: oneOf(['cron', 'simple']),
  nextFrom: instant,
  nextTo: instant,
  lastOutcome: someOf(['succeeded', 'failed', 'timed-out', 'cancelled']),
  failing: yes,
  calendar: keyPart,
} as const

export const tasksFilter = (
  tenant: KeyPart,
  {
    group,
    status,
    q,
    kind,
    nextFrom,
    nextTo,
    lastOutcome,
    failing,
    calendar,
  }: Query<typeof taskFilters>,
): TasksFilter => ({
  tenant,
  group: group ?? undefined,
  statuses: status ?? undefined,
  text: q ?? undefined,
  kind: kind ?? undefined,
  nextFrom: nextFrom ?? undefined,
  nextUntil: nextTo ?? undefined,
  lastOutcomes: lastOutcome ?? undefined,
  failing: failing ? true : undefined,
  calendar: calendar ?? undefined,
})

const recentMax = 50
const listFields = {
  ...page,
  ...taskFilters,
  asOf: asOfField,
  sort: oneOf(['key', 'next', 'changed']),
  recent: integerBetween(0, recentMax, 0),
} as const

/** Of a past moment these are not kept, and an answer that left them out would not be what was asked. */
const notKept = ['nextFrom', 'nextTo', 'lastOutcome', 'failing', 'sort'] as const
const notKnownThen = {
  en: 'not known as of a past moment.',
  zh: '不能按过去的时刻查询。',
}

const isAsked = (value: unknown): boolean => value !== null && value !== false

export const listTasks = (deps: ApiDeps) =>
  question(deps, listFields, async ({ tenant, query }) => {
    if (query.asOf !== null) {
      const unknown = notKept.filter((name) => isAsked(query[name]))
      if (unknown.length > 0)
        return E.left(invalid(unknown.map((field) => ({ field, message: notKnownThen }))))
      return tasksAsOf(deps, { ...tasksFilter(tenant, query), tenant }, pageOf(query), query.asOf)
    }
    const listed = await deps.queries.tasks(
      tasksFilter(tenant, query),
      pageOf(query),
      query.sort ?? undefined,
    )()
    if (E.isLeft(listed)) return listed
    const { items, next, freshness } = listed.right
    const recent = await recentOf(
      deps,
      items.map(({ taskId }) => taskId),
      query.recent,
    )
    if (E.isLeft(recent)) return recent
    const tasks = items.map((task) => ({ ...summaryJson(task), ...recent.right(task.taskId) }))
    return E.right({ tasks, next, ...asOf(freshness) })
  })

export const showTask = (deps: ApiDeps) =>
  question(deps, { asOf: asOfField }, async (asked) => {
    const taskId = taskIdOf(asked)
    if (E.isLeft(taskId)) return taskId
    if (asked.query.asOf !== null) return taskAsOf(deps, taskId.right, asked.query.asOf)
    const found = await deps.queries.task(taskId.right)()
    if (E.isLeft(found)) return found
    const { item, freshness } = found.right
    return item === null
      ? E.left({ type: 'TaskNotFound', taskId: taskId.right })
      : E.right({ ...taskJson(item), ...asOf(freshness) })
  })

export const listGroups = (deps: ApiDeps) =>
  question(deps, {}, async ({ tenant }) => {
    const listed = await deps.queries.groups(tenant)()
    if (E.isLeft(listed)) return listed
    const { items, freshness } = listed.right
    return E.right({ groups: items.map(groupJson), ...asOf(freshness) })
  })
