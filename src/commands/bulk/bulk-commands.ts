// Commands of bulks, wired: the generic handler with their rules, codec and stream names; and the
// list of all bulks there ever were, a stream of its own that is read newest first.
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import {
  bulkDecider,
  type BulkCommand,
  type BulkRejection,
  type BulkState,
} from '../../domain/bulk/decider.ts'
import { decodeBulkEvent, encodeBulkEvent, type BulkEvent } from '../../domain/bulk/events.ts'
import { BulkId, streamOfBulk } from '../../domain/bulk/ids.ts'
import {
  StreamName,
  type EventStore,
  type Position,
  type Revision,
} from '../../event-store/event-store.ts'
import { createCommandHandler, type CommandContext, type Handled } from '../command-handler.ts'
import type { Fault } from '../faults.ts'
import { loadStream } from '../load.ts'
import { createStateCache, type Folded } from '../state-cache.ts'

export interface BulkCommands {
  readonly handle: (
    command: BulkCommand,
    context: CommandContext,
    /** Decide at this revision or not at all: whoever continues a bulk shuts out who had it before. */
    expected?: Revision,
  ) => TE.TaskEither<BulkRejection | Fault, Handled<BulkState, BulkEvent>>
  /** As the log has it. */
  readonly load: (bulkId: BulkId) => TE.TaskEither<Fault, Folded<BulkState>>
  /** Where the log stood before anything was done for the bulk. */
  readonly beginning: (bulkId: BulkId) => TE.TaskEither<Fault, Position | null>
  /** Puts a bulk on the list, before it starts. */
  readonly enlist: (bulkId: BulkId, context: CommandContext) => TE.TaskEither<Fault, void>
  /** Newest first; what is listed may not have started. */
  readonly newest: (limit: number) => TE.TaskEither<Fault, readonly BulkId[]>
}

export interface BulkCommandsDeps {
  readonly store: EventStore
  readonly node: string
  readonly newEventId: () => string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly giveUpAfterMs: number
}

/** Storage format. */
const BulkListed = t.readonly(t.exact(t.type({ bulkId: BulkId })))

const codec = { encode: encodeBulkEvent, decode: decodeBulkEvent }

export const createBulkCommands = (deps: BulkCommandsDeps): BulkCommands => {
  const { store, node, newEventId } = deps
  const cache = createStateCache<BulkState>(1_000)
  const handler = createCommandHandler({ ...deps, decider: bulkDecider, codec, cache })
  const list = streamNamed('bulklist-all')
  return {
    handle: (command, context, expected) =>
      handler.handle(bulkStream(command.bulkId), command, context, expected),
    load: (bulkId) => () => loadStream(store, bulkDecider, codec, bulkStream(bulkId)),
    beginning: (bulkId) => async () => {
      const first = await store.readStream(bulkStream(bulkId), {
        direction: 'forwards',
        limit: 1,
      })()
      if (E.isLeft(first)) return E.left({ ...first.left, outcome: 'nothing-written' })
      return E.right(first.right[0]?.position ?? null)
    },
    enlist: (bulkId, context) => async () => {
      const metadata = { ...context, node }
      const data = BulkListed.encode({ bulkId })
      const events = [{ id: newEventId(), type: 'BulkListed', data, metadata }]
      const listed = await store.append([{ stream: list, expected: 'any', events }])()
      // Listed twice or for nothing does no harm.
      return E.isLeft(listed)
        ? E.left({ ...listed.left, outcome: 'nothing-written' })
        : E.right(undefined)
    },
    newest: (limit) => async () => {
      const listed = await store.readStream(list, { direction: 'backwards', limit })()
      if (E.isLeft(listed)) return E.left({ ...listed.left, outcome: 'nothing-written' })
      const ids = listed.right.flatMap(({ data }) => {
        const decoded = BulkListed.decode(data)
        return E.isRight(decoded) ? [decoded.right.bulkId] : []
      })
      return E.right(ids)
    },
  }
}

const bulkStream = (bulkId: BulkId): StreamName => streamNamed(streamOfBulk(bulkId))

export const streamNamed = (text: string): StreamName => {
  const name = StreamName.decode(text)
  if (E.isLeft(name)) throw new Error('a key part and a UUID make a stream name')
  return name.right
}
