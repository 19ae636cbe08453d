// Is the service alive, and what needs a look?
import * as E from 'fp-ts/lib/Either.js'
import { instantAt } from '../../domain/instant.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import { bucketJson } from '../../projections/stats/buckets.ts'
import type {
  Exceptions,
  FailingTask,
  LateRun,
  PausedTask,
  StuckRun,
} from '../../projections/stats/summary-views.ts'
import type { ApiDeps } from '../deps.ts'
import { gapJson } from './gaps.ts'
import { iso } from './json.ts'
import { integerBetween } from './query.ts'
import { asOf, question } from './question.ts'

const fields = { limit: integerBetween(1, 200, 20) } as const

export const showSummary = (deps: ApiDeps) =>
  question(deps, fields, async ({ tenant, query }) => {
    const now = instantAt(deps.clock.now())
    const found = await deps.queries.summary({ tenant, now, shown: query.limit })()
    if (E.isLeft(found)) return found
    const { missing, late, stuck, failing, paused, pulse, freshness } = found.right
    return E.right({
      missing: listed(missing, gapJson),
      late: listed(late, lateJson),
      stuck: listed(stuck, stuckJson),
      failing: listed(failing, failingJson),
      paused: listed(paused, pausedJson),
      pulse: {
        ...pulse,
        lastMinute: bucketJson(pulse.lastMinute),
        thisMinute: bucketJson(pulse.thisMinute),
      },
      ...asOf(freshness),
    })
  })

const listed = <Item>({ count, items }: Exceptions<Item>, json: (item: Item) => object) => ({
  count,
  items: items.map(json),
})

const flat = <Item extends { readonly taskId: TaskId }>({ taskId, ...item }: Item) => ({
  ...taskId,
  ...item,
})

const lateJson = (run: LateRun) => ({
  ...flat(run),
  scheduledFor: iso(run.scheduledFor),
  startedAt: iso(run.startedAt),
})

const stuckJson = (run: StuckRun) => ({
  ...flat(run),
  triggeredAt: iso(run.triggeredAt),
  expectedAt: iso(run.expectedAt),
})

const failingJson = (task: FailingTask) => ({
  ...flat(task),
  since: iso(task.since),
  lastFinishedAt: iso(task.lastFinishedAt),
})

const pausedJson = (task: PausedTask) => ({
  ...flat(task),
  at: iso(task.at),
  until: iso(task.until),
})
