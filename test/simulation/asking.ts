// How people ask, and what they are told: mostly once, sometimes under a key, to ask somebody else
// again before or after they were answered, and sometimes only if nothing has changed since what they
// saw. Who has set an end to a pause often thinks better of it at the last moment.
import * as E from 'fp-ts/lib/Either.js'
import type { Fault } from '../../src/commands/faults.ts'
import type { Once } from '../../src/commands/once.ts'
import { instantAt, type Instant } from '../../src/domain/instant.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import { streamOfTask, type RunId, type TaskId } from '../../src/domain/task/ids.ts'
import type { TaskRejection } from '../../src/domain/task/rejections.ts'
import { Revision } from '../../src/event-store/event-store.ts'
import { right } from '../support/either.ts'
import type { Replica } from './replica.ts'
import type { World } from './world.ts'

/** What a caller was told had been written. */
export interface Acknowledged {
  readonly stream: string
  readonly revision: number
  /** Of the events the command caused, in order; books carried forward are among them. */
  readonly types: readonly string[]
  readonly node: string
  /** The stream's revision when it was asked for, as far as that was told to anybody. */
  readonly headWhenAsked: number
  /** It had been asked for before: what is told of may be old. */
  readonly isAskedAgain: boolean
  /** The revision the caller had seen and would not have changed since. */
  readonly expected: number | null
  /** On the hand of the world's clock that nobody sets. */
  readonly at: number
}

/** Somebody was told that a task had changed since the revision they had seen. */
export interface Outrun {
  readonly stream: string
  readonly expected: number
  readonly changedAt: number | null
}

export interface Asking {
  readonly ask: (replica: Replica, command: TaskCommand) => Promise<void>
  readonly acknowledged: readonly Acknowledged[]
  readonly outrun: readonly Outrun[]
  readonly count: () => number
}

interface Manner {
  readonly name: string
  readonly once?: Once
  readonly isAgain?: boolean
  readonly expected?: Revision
}

const underKeyShare = 0.1
const expectingShare = 0.1
const prolongedShare = 0.3
const againWithinMs = 5_000

export const createAsking = (
  world: World,
  deps: {
    readonly someone: () => Replica | undefined
    readonly onRun: (taskId: TaskId, runId: RunId) => void
    readonly onWritten: () => void
  },
): Asking => {
  const { clock, chance, trace, heads } = world
  const acknowledged: Acknowledged[] = []
  const outrun: Outrun[] = []
  let count = 0

  const give = async (replica: Replica, command: TaskCommand, manner: Manner): Promise<void> => {
    const { name, once, expected } = manner
    const stream = streamOfTask(command.taskId)
    trace.note(replica.name, `is asked for ${name}`, stream)
    const context = { source: 'api', correlationId: name, actor: 'sim' } as const
    const headWhenAsked = heads.get(stream) ?? -1
    const handled = await replica.commands.handle(command, context, expected, once)()
    if (E.isLeft(handled)) {
      trace.note(replica.name, `refuses ${name}: ${handled.left.type}`, stream)
      return noteRefusal(stream, handled.left)
    }
    const { events, revision } = handled.right
    trace.note(replica.name, `acknowledges ${name} at revision ${revision ?? 'none'}`, stream)
    for (const event of events)
      if (event.type === 'TaskTriggered') deps.onRun(command.taskId, event.runId)
    if (revision === null) return
    acknowledged.push({
      stream,
      revision,
      types: events.map(({ type }) => type),
      node: replica.name,
      headWhenAsked,
      isAskedAgain: manner.isAgain === true,
      expected: expected ?? null,
      at: clock.monotonicNow(),
    })
    if (events.length === 0) return
    deps.onWritten()
    if (command.type === 'PauseTask' && command.until !== null)
      thinkBetter(command.taskId, command.until)
  }

  const noteRefusal = (stream: string, refused: TaskRejection | Fault): void => {
    if (refused.type === 'RevisionUnexpected')
      outrun.push({ stream, expected: refused.expected, changedAt: refused.changedAt })
  }

  const someoneLater = (inMs: number, then: (replica: Replica) => void): void => {
    clock.setTimer(Math.max(0, inMs), () => {
      const replica = world.isCalm() ? undefined : deps.someone()
      if (replica !== undefined) then(replica)
    })
  }

  const thinkBetter = (taskId: TaskId, until: Instant): void => {
    if (!chance.happens(prolongedShare)) return
    const later = instantAt(until + chance.between(1_000, 60_000))
    someoneLater(until - clock.now() + chance.between(-20, 10), (replica) => {
      const issuedAt = replica.now()
      void ask(replica, { type: 'PauseTask', taskId, issuedAt, until: later })
    })
  }

  const ask = async (replica: Replica, command: TaskCommand): Promise<void> => {
    count += 1
    const name = `${command.type} #${count}`
    const head = heads.get(streamOfTask(command.taskId))
    const after = world.log().at(-1)?.position
    const draw = chance.next()
    if (draw < underKeyShare && after !== undefined) {
      const once = { after }
      someoneLater(chance.between(0, againWithinMs), (other) => {
        void give(other, anew(command, other), { name, once, isAgain: true })
      })
      return give(replica, command, { name, once })
    }
    if (draw < underKeyShare + expectingShare && head !== undefined) {
      const expected = right(Revision.decode(Math.max(0, head - chance.between(0, 3))))
      return give(replica, command, { name, expected })
    }
    return give(replica, command, { name })
  }

  return { ask, acknowledged, outrun, count: () => count }
}

/** A request that comes again is made a command again: at its own time, with a run id of its own. */
const anew = (command: TaskCommand, { now, newRunId, planningContext }: Replica): TaskCommand => {
  const again = { ...command, issuedAt: now() }
  return again.type === 'ResumeTask' || again.type === 'TriggerTask' || again.type === 'RerunTask'
    ? { ...again, runId: newRunId(), context: planningContext() }
    : again
}
