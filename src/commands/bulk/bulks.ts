// All bulks of the service, as the API sees them, and the part of each process that carries them out.
// A process carries out what it was asked for, and goes on with what another one left behind: at once
// where that one stopped in good order, after a silence where it died. Appending at the bulk's
// revision decides who goes on; whoever had it before is shut out by that and leaves.
import * as E from 'fp-ts/lib/Either.js'
import type { BulkRejection, BulkState } from '../../domain/bulk/decider.ts'
import type { BulkKey, BulkOrder } from '../../domain/bulk/events.ts'
import type { BulkId } from '../../domain/bulk/ids.ts'
import type { Fault } from '../faults.ts'
import type { Folded } from '../state-cache.ts'
import type { BulkCommands } from './bulk-commands.ts'
import { carryOut, type CarryOutDeps } from './carry-out.ts'
import type { Targets } from './targets.ts'

export interface SeenBulk {
  readonly bulkId: BulkId
  readonly state: Exclude<BulkState, { readonly status: 'Absent' }>
  /** Nobody has advanced it for a while. */
  readonly silent: boolean
}

type Seen<A> = Promise<E.Either<BulkRejection | Fault, A>>

export interface Bulks {
  /** Starts it, or answers how it stands if it was started before. `keys` instead of a filter. */
  readonly start: (
    bulkId: BulkId,
    order: BulkOrder,
    keys: readonly BulkKey[] | null,
  ) => Seen<SeenBulk>
  readonly find: (bulkId: BulkId) => Seen<SeenBulk>
  /** Newest first. */
  readonly list: (tenant: BulkId['tenant'], limit: number) => Seen<readonly SeenBulk[]>
  /** Goes on with one that nobody carries out. */
  readonly proceed: (bulkId: BulkId) => Seen<SeenBulk>
}

export interface BulkWorker extends Bulks {
  /** Looks for bulks that were left behind, until the process stops. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Lets go of those under way, after the batch each is at. */
  readonly stop: () => Promise<void>
}

export interface BulkWorkerDeps extends Omit<CarryOutDeps, 'stopping'> {
  readonly commands: BulkCommands
  readonly targetsOf: (bulkId: BulkId) => Targets
  readonly sleepUnless: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Of a bulk that is under way something is heard after each batch, so at least every few seconds. */
const silentAfterMs = 10_000
const lookEveryMs = 2_000
/** What is older than so many others is gone on with only when somebody asks for it. */
const lookedAtMax = 50
const listedMax = 1_000

export const createBulkWorker = (deps: BulkWorkerDeps): BulkWorker => {
  const { commands, useCases } = deps
  const ours = new Map<string, Promise<void>>()
  const ended = new Set<string>()
  let stopping = false

  const isSilent = (state: SeenBulk['state']): boolean =>
    state.status === 'Running' && useCases.now() - state.heardAt > silentAfterMs

  const seen = (bulkId: BulkId, state: BulkState): E.Either<BulkRejection, SeenBulk> => {
    if (state.status === 'Absent') return E.left({ type: 'BulkNotFound', bulkId })
    if (state.status === 'Ended') ended.add(bulkId.name)
    return E.right({ bulkId, state, silent: isSilent(state) })
  }

  const find = async (bulkId: BulkId): Seen<SeenBulk> => {
    const loaded = await commands.load(bulkId)()
    return E.isLeft(loaded) ? loaded : seen(bulkId, loaded.right.state)
  }

  const carry = (bulkId: BulkId, folded: Folded<BulkState>): void => {
    if (ours.has(bulkId.name) || stopping) return
    const work = async (): Promise<void> => {
      const after = await commands.beginning(bulkId)()
      if (E.isLeft(after) || after.right === null) return
      const bulk = { bulkId, targets: deps.targetsOf(bulkId), after: after.right }
      await carryOut({ ...deps, stopping: () => stopping }, bulk, folded)
    }
    const working = work()
      .catch((error: unknown) => deps.warn({ err: error, bulk: bulkId.name }, 'a bulk broke off'))
      .finally(() => ours.delete(bulkId.name))
    ours.set(bulkId.name, working)
  }

  const start = async (
    bulkId: BulkId,
    order: BulkOrder,
    keys: readonly BulkKey[] | null,
  ): Seen<SeenBulk> => {
    const context = { source: order.source, correlationId: bulkId.name }
    const listed = await commands.enlist(bulkId, context)()
    if (E.isLeft(listed)) return listed
    if (keys !== null) {
      // Named before it starts: nobody could name them again.
      const nothing = { count: 0, next: null, revision: null }
      const named = await deps.targetsOf(bulkId).name({ keys, next: null }, nothing)
      if (E.isLeft(named)) return named
    }
    const issuedAt = useCases.now()
    const started = await commands.handle({ type: 'StartBulk', bulkId, order, issuedAt }, context)()
    if (E.isLeft(started)) return started
    if (started.right.events.length > 0) carry(bulkId, started.right)
    return seen(bulkId, started.right.state)
  }

  const proceed = async (bulkId: BulkId): Seen<SeenBulk> => {
    const loaded = await commands.load(bulkId)()
    if (E.isLeft(loaded)) return loaded
    const { state, revision } = loaded.right
    const known = seen(bulkId, state)
    if (E.isLeft(known) || revision === null || stopping) return known
    const isLeft = known.right.silent || state.status === 'Interrupted'
    if (!isLeft || ours.has(bulkId.name)) return known
    const context = { source: 'api', correlationId: bulkId.name } as const
    const command = { type: 'ContinueBulk', bulkId, issuedAt: useCases.now() } as const
    const taken = await commands.handle(command, context, revision)()
    // Somebody else was quicker.
    if (E.isLeft(taken)) return taken.left.type === 'RevisionUnexpected' ? find(bulkId) : taken
    carry(bulkId, taken.right)
    return seen(bulkId, taken.right.state)
  }

  const lookAround = async (): Promise<void> => {
    const listed = await commands.newest(lookedAtMax)()
    if (E.isLeft(listed)) return
    for (const bulkId of listed.right)
      if (!ended.has(bulkId.name) && !ours.has(bulkId.name)) await proceed(bulkId)
  }

  return {
    start,
    find,
    proceed,
    list: async (tenant, limit) => {
      const listed = await commands.newest(listedMax)()
      if (E.isLeft(listed)) return listed
      const bulks: SeenBulk[] = []
      const names = new Set<string>()
      for (const bulkId of listed.right) {
        if (bulks.length === limit) break
        if (bulkId.tenant !== tenant || names.has(bulkId.name)) continue
        names.add(bulkId.name)
        const found = await find(bulkId)
        if (E.isRight(found)) bulks.push(found.right)
        else if (found.left.type !== 'BulkNotFound') return found
      }
      return E.right(bulks)
    },
    run: async (signal) => {
      while (!signal.aborted) {
        await lookAround()
        await deps.sleepUnless(lookEveryMs, signal)
      }
    },
    stop: async () => {
      stopping = true
      await Promise.all(ours.values())
    },
  }
}
