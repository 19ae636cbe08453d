// Carries one bulk out, from wherever it stands: waits until the task list shows everything that was
// there when it was asked for, names its targets, then gives the command to each of them, batch after
// batch, and notes how far it came. Whether a task had its command already is asked
// of the task's own stream, under the bulk's id; so one that goes on after a crash, or beside a process
// that is not dead after all, gives nothing twice. Only a small part of a batch is under way at a time,
// and after each batch there is a pause, so that what is due meanwhile does not wait.
import * as E from 'fp-ts/lib/Either.js'
import type { BulkCommand, BulkState } from '../../domain/bulk/decider.ts'
import type { BulkKey, BulkOrder, BulkProblem } from '../../domain/bulk/events.ts'
import type { BulkId } from '../../domain/bulk/ids.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import type { Position } from '../../event-store/event-store.ts'
import type { CommandContext } from '../command-handler.ts'
import { deleteTask } from '../delete-task.ts'
import type { Fault } from '../faults.ts'
import { givingOnce } from '../giving-once.ts'
import { pauseTask } from '../pause-task.ts'
import { resumeTask } from '../resume-task.ts'
import type { Folded } from '../state-cache.ts'
import type { TaskHandled } from '../tasks.ts'
import { triggerTask } from '../trigger-task.ts'
import type { UseCaseDeps } from '../use-case.ts'
import type { BulkCommands } from './bulk-commands.ts'
import type { TargetPages, Targets } from './targets.ts'

export interface CarryOutDeps {
  readonly useCases: UseCaseDeps
  readonly commands: BulkCommands
  readonly pages: TargetPages
  /** Whether the task list shows everything up to a position within the time. */
  readonly caughtUp: (position: Position, timeoutMs: number) => Promise<boolean>
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly stopping: () => boolean
  readonly warn: (details: object, message: string) => void
}

interface Bulk {
  readonly bulkId: BulkId
  readonly targets: Targets
  /** Nothing was done for it up to here. */
  readonly after: Position
}

/** Commands under way at a time. */
const lanes = 8
const retryMs = { first: 100, longest: 5_000 }
/** Of the time a batch took: so long the next one waits. */
const restShare = 0.25

type Begun = Exclude<BulkState, { status: 'Absent' }>

/** Until it has ended, somebody else has taken it over, or this process stops. */
export const carryOut = async (
  deps: CarryOutDeps,
  bulk: Bulk,
  { state: initial, revision: head }: Folded<BulkState>,
): Promise<void> => {
  let state = initial
  let revision = head

  /** False: the bulk is no longer ours. */
  const note = async (command: BulkCommand): Promise<boolean> => {
    const context = { source: 'api', correlationId: bulk.bulkId.name } as const
    const noted = await patiently(deps, () =>
      deps.commands.handle(command, context, revision ?? undefined)(),
    )
    if (noted === null || E.isLeft(noted)) return false
    ;({ state, revision } = noted.right)
    return true
  }

  while (state.status === 'Running') {
    const { bulkId } = bulk
    const issuedAt = deps.useCases.now()
    if (deps.stopping()) {
      await note({ type: 'InterruptBulk', bulkId, issuedAt })
      return
    }
    const startedAt = deps.monotonicNow()
    const done: BulkCommand | 'going on' | null =
      state.total === null ? await nameOn(deps, bulk, state) : await giveBatch(deps, bulk, state)
    if (done === null) return
    if (done !== 'going on' && !(await note(done))) return
    await deps.sleep((deps.monotonicNow() - startedAt) * restShare)
  }
}

const nameOn = async (
  deps: CarryOutDeps,
  { bulkId, targets, after }: Bulk,
  { order }: Begun,
): Promise<BulkCommand | 'going on' | null> => {
  const named = await patiently(deps, targets.named)
  if (named === null || E.isLeft(named)) return null
  const { count, next, revision } = named.right
  if (revision !== null && next === null)
    return { type: 'NameTargets', bulkId, total: count, issuedAt: deps.useCases.now() }
  // There is nothing to count yet, but whoever looks hears that somebody is at it.
  if (revision === null && !(await isListed(deps, after)))
    return { type: 'ContinueBulk', bulkId, issuedAt: deps.useCases.now() }
  const page = await patiently(deps, () => deps.pages(bulkId.tenant, order.filter, next))
  if (page === null || E.isLeft(page)) return null
  const written = await patiently(deps, () => targets.name(page.right, named.right))
  return written !== null && E.isRight(written) ? 'going on' : null
}

/** So long, and in such pieces, the task list is waited for before the bulk is heard of again. */
const listedWaits = { pieceMs: 1_000, pieces: 4 }

const isListed = async (deps: CarryOutDeps, position: Position): Promise<boolean> => {
  for (let piece = 0; piece < listedWaits.pieces && !deps.stopping(); piece += 1)
    if (await deps.caughtUp(position, listedWaits.pieceMs)) return true
  return false
}

const giveBatch = async (
  deps: CarryOutDeps,
  { bulkId, targets, after }: Bulk,
  { order, batches }: Begun,
): Promise<BulkCommand | null> => {
  const keys = await patiently(deps, () => targets.batch(batches))
  if (keys === null || E.isLeft(keys)) return null
  const given = givingOnce(deps.useCases, { after })
  const counts = { changed: 0, unchanged: 0 }
  const problems: BulkProblem[] = []
  const left = keys.right.values()
  const lost: BulkKey[] = []

  const lane = async (): Promise<void> => {
    for (const key of left) {
      const handled = await patiently(deps, () => give(given, bulkId, order, key))
      if (handled === null) lost.push(key)
      else if (E.isLeft(handled)) problems.push({ ...key, problem: handled.left.type })
      else counts[handled.right.events.length > 0 ? 'changed' : 'unchanged'] += 1
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  // What was given without being counted is found again by whoever goes on.
  if (lost.length > 0) return null
  return { type: 'AdvanceBulk', bulkId, issuedAt: deps.useCases.now(), ...counts, problems }
}

const give = (
  useCases: UseCaseDeps,
  { tenant, name }: BulkId,
  { action, until, reason, source }: BulkOrder,
  key: BulkKey,
): Promise<E.Either<{ readonly type: string }, TaskHandled>> => {
  const taskId: TaskId = { tenant, ...key }
  const context: CommandContext = {
    source,
    correlationId: name,
    ...(reason === null ? {} : { reason }),
  }
  switch (action) {
    case 'pause':
      return pauseTask(useCases, { taskId, until }, context)()
    case 'resume':
      return resumeTask(useCases, { taskId }, context)()
    case 'delete':
      return deleteTask(useCases, { taskId }, context)()
    case 'trigger':
      return triggerTask(useCases, { taskId }, context)()
  }
}

/** Again and again while only the world stands in the way; null when this process stops meanwhile. */
const patiently = async <L extends object, A>(
  deps: Pick<CarryOutDeps, 'sleep' | 'stopping' | 'warn'>,
  ask: () => Promise<E.Either<L, A>>,
): Promise<E.Either<L, A> | null> => {
  for (let waitMs = retryMs.first; ; waitMs = Math.min(waitMs * 2, retryMs.longest)) {
    const answered = await ask()
    if (E.isRight(answered) || !isPassing(answered.left)) return answered
    if (deps.stopping()) return null
    deps.warn({ fault: answered.left }, 'a bulk waits for the store')
    await deps.sleep(waitMs)
  }
}

const isPassing = (fault: object): boolean =>
  'retryable' in fault && (fault satisfies object as Partial<Fault>).retryable === true
