// How shares change hands. A share is given up by deciding nothing more in it, writing its agenda as
// of our position, and naming the calls still under way, which go on; so whoever takes it can begin at
// once and calls nobody twice. A share whose holder is gone is taken as it was written last.
import * as E from 'fp-ts/lib/Either.js'
import type { RunId } from '../../domain/task/ids.ts'
import type { EventStore, Position } from '../../event-store/event-store.ts'
import type { LogLines } from '../../runtime/log.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Vigil } from '../../runtime/vigil.ts'
import type { Member, MemberSeen, OwnershipStore, Seen } from './ownership-store.ts'
import { assignShares, shareOf } from './shares.ts'

interface MovesDeps {
  readonly ownership: OwnershipStore
  readonly member: Member
  readonly scheduler: Scheduler
  readonly store: Pick<EventStore, 'comparePositions'>
  readonly log: LogLines
  readonly hasEnded: (member: Member) => boolean
  readonly vigil: Vigil
}

export interface Moves {
  /** Those of the others that live. */
  readonly forgetDead: (members: readonly MemberSeen[]) => Promise<readonly MemberSeen[]>
  /** Moves what has to move and can; true: every share is where it belongs. */
  readonly settle: (
    seen: Seen,
    others: readonly MemberSeen[],
    isWilling: boolean,
  ) => Promise<boolean>
  readonly dropAll: (why: string) => void
  /** What is followed from here on needs no replaying to take up the shares held now. */
  readonly beginAfter: (seen: Seen) => Position | null
}

export const createMoves = (deps: MovesDeps): Moves => {
  const { ownership, member, scheduler, store, log } = deps
  const { node } = member
  /** Calls of ours that others know of. */
  const announced = new Set<RunId>()

  // Asked for again and again among the same processes.
  let among = ''
  let owning = assignShares([])
  const ownersAmong = (nodes: readonly string[]): readonly (string | null)[] => {
    const names = nodes.join('\n')
    if (names !== among) owning = assignShares(nodes)
    among = names
    return owning
  }

  const held = (): ReadonlySet<number> => new Set(scheduler.status().shares)

  const unanswered = <A>(answer: E.Either<{ readonly reason: string }, A>): A | null => {
    if (E.isRight(answer)) return answer.right
    log.warn({ reason: answer.left.reason }, 'who schedules what could not be written')
    return null
  }

  const drop = (shares: readonly number[], why: string): void => {
    if (shares.length === 0) return
    log.warn(
      { shares: shares.length },
      `${why}: nothing is scheduled here until shares are taken anew`,
    )
    scheduler.drop(shares)
  }

  const forgetDead = async (members: readonly MemberSeen[]): Promise<readonly MemberSeen[]> => {
    const silent = deps.vigil.silentAmong(members)
    const dead = members.filter((other) => silent.includes(other) || deps.hasEnded(other))
    if (dead.length > 0) unanswered(await ownership.forget(dead)())
    return members.filter((other) => !dead.includes(other))
  }

  const giveUp = async (shares: readonly number[]): Promise<void> => {
    const ours = held()
    const handedOver = shares.filter((share) => ours.has(share))
    if (handedOver.length > 0) await scheduler.handOver(handedOver)
    const calls = scheduler.callsUnderWay().filter(({ stream }) => shares.includes(shareOf(stream)))
    for (const { runId } of calls) announced.add(runId)
    const released = await ownership.release(member, shares, calls)()
    if (unanswered(released) !== null)
      log.info({ shares: shares.length, calls: calls.length }, 'shares of the tasks were given up')
  }

  const take = async (shares: readonly number[]): Promise<void> => {
    const taken = unanswered(await ownership.take(member, shares)())
    if (taken === null || taken.length === 0) return
    const before = [...new Set(taken.map((one) => one.before))]
    log.info({ shares: taken.length, before }, 'shares of the tasks are looked after from now on')
    scheduler.takeOn(taken)
  }

  const tellEnded = async (): Promise<void> => {
    const underWay = new Set(scheduler.callsUnderWay().map(({ runId }) => runId))
    const ended = [...announced].filter((runId) => !underWay.has(runId))
    if (ended.length === 0) return
    if (unanswered(await ownership.callsEnded(member, ended)()) === null) return
    for (const runId of ended) announced.delete(runId)
  }

  const settle: Moves['settle'] = async ({ shares, calls }, others, isWilling) => {
    const willing = others.filter((other) => other.willing).map((other) => other.node)
    const owners = ownersAmong(isWilling ? [...willing, node] : willing)
    const ours = held()
    const isRight = ({ share, holder }: Seen['shares'][number]): boolean =>
      holder === (owners[share] ?? null) && (holder === node) === ours.has(share)
    if (announced.size === 0 && shares.every(isRight)) {
      scheduler.leaveToOthers(calls)
      return true
    }
    const living = new Set(others.map((other) => other.node))
    const isLost = ({ share, holder }: Seen['shares'][number]) => ours.has(share) && holder !== node
    drop(
      shares.filter(isLost).map(({ share }) => share),
      'shares are lost',
    )
    await tellEnded()
    scheduler.leaveToOthers(calls)
    const excess = shares.filter(({ share, holder }) => holder === node && owners[share] !== node)
    if (excess.length > 0) await giveUp(excess.map(({ share }) => share))
    const free = shares.filter(
      ({ share, holder }) =>
        owners[share] === node &&
        (holder === null || !living.has(holder)) &&
        !(holder === node && ours.has(share)),
    )
    if (free.length > 0) await take(free.map(({ share }) => share))
    return false
  }

  const beginAfter = ({ shares }: Seen): Position | null => {
    const ours = held()
    const late = (a: Position | null, b: Position | null): number =>
      a === null || b === null
        ? Number(a !== null) - Number(b !== null)
        : store.comparePositions(a, b)
    const checkpoints = shares
      .filter(({ share }) => ours.size === 0 || ours.has(share))
      .map(({ checkpoint }) => checkpoint)
      .sort(late)
    return (ours.size === 0 ? checkpoints.at(-1) : checkpoints[0]) ?? null
  }

  return {
    forgetDead,
    settle,
    dropAll: (why) => drop(scheduler.status().shares, why),
    beginAfter,
  }
}
