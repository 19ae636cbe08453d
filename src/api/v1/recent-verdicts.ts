// The newest verdicts of the tasks of a page, put beside each of them.
import * as E from 'fp-ts/lib/Either.js'
import type { TaskId } from '../../domain/task/ids.ts'
import type { RecentVerdict } from '../../projections/ledger/recent.ts'
import type { QueryFault } from '../../projections/views.ts'
import type { ApiDeps } from '../deps.ts'
import { iso } from './json.ts'

export type RecentOf = (taskId: TaskId) => { readonly recent?: readonly object[] }

/** Nothing is asked, and nothing put beside a task, when no verdicts are wanted. */
export const recentOf = async (
  { queries }: Pick<ApiDeps, 'queries'>,
  taskIds: readonly TaskId[],
  each: number,
): Promise<E.Either<QueryFault, RecentOf>> => {
  if (each === 0) return E.right(() => ({}))
  const found = await queries.recentVerdicts(taskIds, each)()
  if (E.isLeft(found)) return found
  const byTask = new Map<string, RecentVerdict[]>()
  for (const verdict of found.right) {
    const own = byTask.get(keyOf(verdict))
    if (own === undefined) byTask.set(keyOf(verdict), [verdict])
    else own.push(verdict)
  }
  return E.right((taskId) => ({ recent: (byTask.get(keyOf(taskId)) ?? []).map(verdictJson) }))
}

const keyOf = ({ group, job }: TaskId): string => JSON.stringify([group, job])

const verdictJson = ({ decidedAt, verdict, count, runId, outcome }: RecentVerdict) => ({
  at: iso(decidedAt),
  verdict,
  count,
  runId,
  outcome,
})
