// One process among others: says every other second that it lives, asks what time it is, and looks
// who has fallen silent. Whatever is worth remembering goes into the node's stream; that is written
// one thing after the other beside the heartbeat, so that an event store that is away does not make
// a living process look dead.
import * as E from 'fp-ts/lib/Either.js'
import type { NodeCommands, NodeDirectory } from '../commands/nodes.ts'
import { instantAt, type Instant } from '../domain/instant.ts'
import type { NodeCommand } from '../domain/node/decider.ts'
import type { NodeId } from '../domain/node/ids.ts'
import { sleep, type Clock } from '../runtime/clock.ts'
import type { LogLines } from '../runtime/log.ts'
import { createVigil } from '../runtime/vigil.ts'
import type { Owned, PresenceStore, Seen } from './presence-store.ts'
import { offMaxMs, type Sample, type SharedClock, type Trust } from './shared-clock.ts'

export interface PresenceDeps {
  readonly presence: PresenceStore
  readonly commands: NodeCommands
  readonly directory: Pick<NodeDirectory, 'nodes'>
  readonly shared: SharedClock
  readonly clock: Clock
  readonly log: Pick<LogLines, 'info' | 'warn'>
  readonly self: {
    readonly nodeId: NodeId
    readonly place: string
    readonly pid: number
    readonly host: string
    readonly roles: readonly string[]
    readonly version: string
    readonly tzVersion: string
  }
  /** A process silent for longer is given up. */
  readonly lostAfterMs: number
  /** Whether a process of this place is known to have ended, so that its silence need not last. */
  readonly hasEnded: (process: { readonly place: string; readonly pid: number }) => boolean
}

export interface Presence {
  /** Until the signal aborts; then says that it stopped. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /** The time has been asked for with success: from here on `now` is the shared one. */
  readonly knowsTime: Promise<void>
  /** Whether this process may decide what is due: it can tell the time. */
  readonly isSure: () => boolean
  readonly trust: () => Trust
  /** From now on, what this process looks after. */
  readonly tellOwned: (owns: () => Owned) => void
}

const beatEveryMs = 2_000
const sayAgainMs = 1_000
const samplesAtFirst = 7
const samplesPerBeat = 3
/** A beat that comes later than this by more was kept from it. */
const lateMaxMs = 3_000
/** Sure again only when clearly within the limit. */
const sureAgainMs = offMaxMs / 2

export const createPresence = (deps: PresenceDeps): Presence => {
  const { presence, commands, directory, shared, clock, log, self } = deps
  let suspect = true
  /** What the node's stream says of the clock. */
  let told: 'trusted' | 'off' | 'unknown' = 'trusted'
  let owned: () => Owned | null = () => null
  let markKnown = (): void => undefined
  const knowsTime = new Promise<void>((resolve) => (markKnown = resolve))
  let saying: Promise<unknown> = Promise.resolve()
  /** Given up, and not yet in the log. */
  const givenUp = new Set<NodeId>()
  const vigil = createVigil(clock, deps.lostAfterMs)

  const now = (): Instant => instantAt(shared.now())

  /** Left to itself: the log gets it as soon as it can be reached, in the order it was said. */
  const say = (command: NodeCommand): void => {
    const context = { source: 'scheduler', correlationId: command.nodeId } as const
    saying = saying.then(async () => {
      for (;;) {
        const said = await commands.handle(command, context)()
        if (E.isRight(said)) return
        const { left: fault } = said
        log.warn({ fault, command: command.type }, "a node's stream cannot be written")
        if (!fault.retryable) return
        await sleep(clock, sayAgainMs)
      }
    })
  }
  const ofSelf = () => ({ nodeId: self.nodeId, issuedAt: now() })

  const askTheTime = async (times: number): Promise<readonly Sample[]> => {
    const samples: Sample[] = []
    for (let n = 0; n < times; n += 1) {
      const askedAt = clock.monotonicNow()
      const told = await presence.time()()
      if (E.isLeft(told)) break
      samples.push({ askedAt, answeredAt: clock.monotonicNow(), sharedMs: told.right })
    }
    return samples
  }

  const judgeClock = (samples: readonly Sample[]): void => {
    const steps = shared.learn(samples)
    if (samples.length > 0) markKnown()
    for (const step of steps) {
      log.warn(step, 'a clock has stepped')
      say({ ...ofSelf(), type: 'NoteClockStep', ...step })
    }
    judge(shared.trust())
  }

  const judge = (trust: Trust): void => {
    const sure = trust.trusted && (!suspect || Math.abs(trust.offsetMs) <= sureAgainMs)
    if (sure) {
      suspect = false
      if (told !== 'trusted') say({ ...ofSelf(), type: 'TrustClock', offsetMs: trust.offsetMs })
      told = 'trusted'
      return
    }
    suspect = true
    if (trust.trusted || told === trust.because) return
    const { because, offsetMs } = trust
    log.warn({ because, offsetMs }, 'the time is not certain: this process decides nothing')
    say({ ...ofSelf(), type: 'SuspectClock', because, offsetMs })
    told = because
  }

  const beat = async (): Promise<void> => {
    const trust = shared.trust()
    const { nodeId, place, pid } = self
    const { offsetMs } = trust
    const heard = await presence.beat({ nodeId, place, pid, offsetMs, owns: owned() })()
    if (E.isLeft(heard)) return log.warn({ reason: heard.left.reason }, 'a heartbeat was not heard')
    if (directory.nodes().get(nodeId)?.status === 'Lost') say({ ...ofSelf(), type: 'ReturnNode' })
  }

  const giveUp = (nodeId: NodeId, lastSeenAt: Instant | null): void => {
    if (givenUp.has(nodeId)) return
    givenUp.add(nodeId)
    log.info({ node: nodeId, lastSeenAt }, 'a process is lost')
    say({ type: 'GiveUpNode', nodeId, issuedAt: now(), lastSeenAt, by: self.nodeId })
    void saying.then(() => givenUp.delete(nodeId))
  }

  const lookForLost = async (): Promise<void> => {
    const heard = await presence.seen()()
    if (E.isLeft(heard)) return
    const known = new Set(heard.right.map(({ nodeId }) => nodeId))
    const unheard = [...directory.nodes()]
      .filter(([nodeId, { status }]) => status === 'Running' && !known.has(nodeId))
      .map(([nodeId]) => signOf(nodeId, null))
    const signs = heard.right.map((seen) => signOf(seen.nodeId, seen))
    const others = [...signs, ...unheard].filter(({ node }) => node !== self.nodeId)
    const silent = new Set(vigil.silentAmong(others).map(({ node }) => node))
    const lost = others.filter(
      ({ node, seen }) => silent.has(node) || (seen !== null && deps.hasEnded(seen)),
    )
    for (const { node, seen } of lost) giveUp(node, seen?.lastSeenAt ?? null)
    await presence.forget(lost.map(({ node }) => node))()
  }

  const signOf = (node: NodeId, seen: Seen | null) => ({
    node,
    seen,
    mark: String(seen?.lastSeenAt),
    lapsed: seen !== null && seen.silentMs > deps.lostAfterMs,
  })

  const noteSuspension = (forMs: number): void => {
    if (forMs > lateMaxMs) say({ ...ofSelf(), type: 'NoteSuspension', forMs: Math.round(forMs) })
  }

  const run = async (signal: AbortSignal): Promise<void> => {
    const { roles, version, tzVersion, host, pid } = self
    const samples = await askTheTime(samplesAtFirst)
    shared.learn(samples)
    if (samples.length > 0) markKnown()
    suspect = !shared.trust().trusted
    await beat()
    say({ ...ofSelf(), type: 'StartNode', roles, version, tzVersion, host, pid })
    judge(shared.trust())
    while (!signal.aborted) {
      await lookForLost()
      const restedAt = clock.monotonicNow()
      await sleep(clock, beatEveryMs, signal)
      if (isAborted(signal)) break
      noteSuspension(clock.monotonicNow() - restedAt - beatEveryMs)
      judgeClock(await askTheTime(samplesPerBeat))
      await beat()
    }
    say({ ...ofSelf(), type: 'StopNode' })
    await saying
    await presence.forget([self.nodeId])()
  }

  return {
    run,
    knowsTime,
    isSure: () => !suspect && shared.trust().trusted,
    trust: shared.trust,
    tellOwned: (owns) => void (owned = owns),
  }
}

// A call, because the compiler takes a signal once seen open to stay open across an await.
const isAborted = (signal: AbortSignal): boolean => signal.aborted
