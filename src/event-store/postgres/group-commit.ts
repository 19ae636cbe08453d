// Appends that meet in time share one statement, and so one commit: what is asked for while the
// lanes are busy goes together when one is free. A stream is never twice in what is on its way: its
// next append waits, and is checked against what the one before it left.
import assert from 'node:assert'
import * as E from 'fp-ts/lib/Either.js'
import type { AppendOutcome, StoreUnavailable } from '../event-store.ts'
import type { EncodedAppend } from './append-statement.ts'

type Outcomes = E.Either<StoreUnavailable, readonly AppendOutcome[]>

export interface GroupCommit {
  readonly append: (appends: readonly EncodedAppend[]) => Promise<Outcomes>
  readonly drained: () => Promise<void>
}

/** A call of `append`: answered when each of its streams is. */
interface Call {
  readonly outcomes: AppendOutcome[]
  /** One unknown outcome makes the whole call unknown. */
  fault: StoreUnavailable | null
  missing: number
  readonly resolve: (outcomes: Outcomes) => void
}

interface Waiting {
  readonly append: EncodedAppend
  readonly call: Call
  /** Which of the call's streams. */
  readonly place: number
}

const mostStreams = 1_000
const mostEvents = 4_000
const mostBytes = 8_000_000
/** Below this a batch is not worth splitting between two free lanes. */
const worthSplitting = 200

export const createGroupCommit = (
  write: (batch: readonly EncodedAppend[]) => Promise<Outcomes>,
  lanes: number,
): GroupCommit => {
  let queue: Waiting[] = []
  let free = lanes
  let scheduled = false
  const underway = new Set<string>()
  const drainWatchers: (() => void)[] = []

  /** Appends of one turn of the event loop go together. */
  const schedule = (): void => {
    if (scheduled || free === 0) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      fillLanes()
    })
  }

  const fillLanes = (): void => {
    while (free > 0 && queue.length > 0 && dispatch());
  }

  const dispatch = (): boolean => {
    const share = Math.max(worthSplitting, Math.ceil(queue.length / free))
    const [batch, rest] = take(queue, underway, Math.min(share, mostStreams))
    if (batch.length === 0) return false
    queue = rest
    free -= 1
    for (const { append } of batch) underway.add(append.stream)
    void send(batch)
    return true
  }

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    const outcomes = await write(batch.map(({ append }) => append))
    free += 1
    for (const { append } of batch) underway.delete(append.stream)
    fillLanes() // before the callers hear of it: what they do next may take a while
    for (let n = 0; n < batch.length; n += 1) {
      const waiting = batch[n]
      if (waiting === undefined) continue
      settle(waiting, E.isLeft(outcomes) ? outcomes.left : outcomes.right[n])
    }
    if (free === lanes && queue.length === 0) for (const watch of drainWatchers.splice(0)) watch()
  }

  return {
    append: (appends) =>
      new Promise((resolve) => {
        if (appends.length === 0) return resolve(E.right([]))
        const call: Call = {
          outcomes: new Array<AppendOutcome>(appends.length),
          fault: null,
          missing: appends.length,
          resolve,
        }
        appends.forEach((append, place) => queue.push({ append, call, place }))
        schedule()
      }),
    drained: () =>
      free === lanes && queue.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => drainWatchers.push(resolve)),
  }
}

/** The next batch, in order of arrival, and what stays behind. */
const take = (
  queue: readonly Waiting[],
  underway: ReadonlySet<string>,
  most: number,
): readonly [readonly Waiting[], Waiting[]] => {
  const batch: Waiting[] = []
  const rest: Waiting[] = []
  const met = new Set<string>()
  let [events, bytes, looked] = [0, 0, 0]
  for (const waiting of queue) {
    if (batch.length === most) break
    looked += 1
    const { stream, count, bytes: size } = waiting.append
    const fits = batch.length === 0 || (events + count <= mostEvents && bytes + size <= mostBytes)
    if (fits && !underway.has(stream) && !met.has(stream)) {
      batch.push(waiting)
      events += count
      bytes += size
    } else {
      rest.push(waiting)
    }
    met.add(stream) // so that nothing overtakes an append to the same stream
  }
  return [batch, rest.concat(queue.slice(looked))]
}

const settle = (
  { call, place }: Waiting,
  outcome: AppendOutcome | StoreUnavailable | undefined,
): void => {
  assert(outcome !== undefined, 'an outcome for each append')
  if (outcome.type === 'StoreUnavailable') call.fault ??= outcome
  else call.outcomes[place] = outcome
  call.missing -= 1
  if (call.missing > 0) return
  call.resolve(call.fault === null ? E.right(call.outcomes) : E.left(call.fault))
}
