// The newest verdicts of the tasks of a page, put beside each of them as single words, because a page
// has many: how the run ended or stands for what fired, why not for what did not.
import * as E from 'fp-ts/lib/Either.js'
import type { TaskId } from '../../domain/task/ids.ts'
import type { QueryFault } from '../../projections/views.ts'
import type { ApiDeps } from '../deps.ts'

export type RecentOf = (taskId: TaskId) => { readonly recent?: readonly string[] }

/** Nothing is asked, and nothing put beside a task, when no verdicts are wanted. */
export const recentOf = async (
  { queries }: Pick<ApiDeps, 'queries'>,
  taskIds: readonly TaskId[],
  each: number,
): Promise<E.Either<QueryFault, RecentOf>> => {
  if (each === 0) return E.right(() => ({}))
  const found = await queries.recentVerdicts(taskIds, each)()
  if (E.isLeft(found)) return found
  const byTask = new Map<string, string[]>()
  for (const { verdict, outcome, ...taskId } of found.right) {
    const word = outcome ?? verdict
    const own = byTask.get(keyOf(taskId))
    if (own === undefined) byTask.set(keyOf(taskId), [word])
    else own.push(word)
  }
  return E.right((taskId) => ({ recent: byTask.get(keyOf(taskId)) ?? [] }))
}

const keyOf = ({ group, job }: Pick<TaskId, 'group' | 'job'>): string =>
  JSON.stringify([group, job])
