// What explanations rest on beside the task's own stretch of its stream: the events that defined the
// calendars consulted, the fire of a run that stood in the way, and, of a run that went on for long
// afterwards, how it ended. Each is looked up once for all explanations of an answer.
import * as E from 'fp-ts/lib/Either.js'
import { calendarStream } from '../../commands/calendars.ts'
import { taskStream } from '../../commands/tasks.ts'
import type { EventRef } from '../../domain/history/entry.ts'
import type { Explanation } from '../../domain/history/explanation.ts'
import { KeyPart, type RunId, type TaskId } from '../../domain/task/ids.ts'
import { Revision, type StreamName } from '../../event-store/event-store.ts'
import type { RunView } from '../../projections/views.ts'
import type { ApiDeps } from '../deps.ts'
import type { Refusal } from '../refusals.ts'

type Found<A> = Promise<E.Either<Refusal, A>>

export const restingOn = async (
  deps: Pick<ApiDeps, 'store' | 'queries'>,
  taskId: TaskId,
  explanations: readonly Explanation[],
): Found<readonly Explanation[]> => {
  const find = lookUp(deps, taskId)
  const whole: Explanation[] = []
  for (const explanation of explanations) {
    const { verdict, calendars, blockedBy, run } = explanation
    const refs: EventRef[] = []
    if (verdict === 'calendar')
      for (const [name, revision] of Object.entries(calendars)) {
        const ref = await find.calendar(name, revision)
        if (E.isLeft(ref)) return ref
        if (ref.right !== null) refs.push(ref.right)
      }
    if (blockedBy !== null) {
      const ref = await find.fireOf(blockedBy)
      if (E.isLeft(ref)) return ref
      if (ref.right !== null) refs.push(ref.right)
    }
    const isOpen = run !== null && ['running', 'retrying', 'accepted'].includes(run.outcome)
    const ended = isOpen ? await find.run(run.runId) : E.right(null)
    if (E.isLeft(ended)) return ended
    const outcome = ended.right?.outcome ?? null
    whole.push({
      ...explanation,
      run: run === null || outcome === null ? run : { ...run, outcome },
      events: [...explanation.events, ...refs],
    })
  }
  return E.right(whole)
}

const lookUp = ({ store, queries }: Pick<ApiDeps, 'store' | 'queries'>, taskId: TaskId) => {
  const refs = new Map<string, EventRef | null>()

  const eventAt = async (stream: StreamName, n: number): Found<EventRef | null> => {
    const key = `${stream} ${n}`
    const known = refs.get(key)
    if (known !== undefined) return E.right(known)
    const from = Revision.decode(n)
    if (E.isLeft(from)) return E.right(null)
    const read = await store.readStream(stream, {
      direction: 'forwards',
      from: from.right,
      limit: 1,
    })()
    if (E.isLeft(read)) return E.left({ ...read.left, outcome: 'nothing-written' })
    const found = read.right.find(({ revision }) => revision === n)
    const ref =
      found === undefined
        ? null
        : { stream, revision: n, position: found.position, type: found.type }
    refs.set(key, ref)
    return E.right(ref)
  }

  /** As the read models know it, where they do: an explanation does not fail for want of an end. */
  const run = async (runId: RunId): Found<RunView | null> => {
    const found = await queries.run(runId)()
    return E.right(E.isLeft(found) ? null : found.right.item)
  }

  return {
    run,
    calendar: (name: string, revision: number): Found<EventRef | null> => {
      const part = KeyPart.decode(name)
      if (E.isLeft(part)) return Promise.resolve(E.right(null))
      return eventAt(calendarStream({ tenant: taskId.tenant, name: part.right }), revision)
    },
    fireOf: async (runId: RunId): Found<EventRef | null> => {
      const found = await run(runId)
      if (E.isLeft(found) || found.right === null) return E.right(null)
      return eventAt(taskStream(taskId), found.right.revision)
    },
  }
}
