// Shared by the adapters: the brands of what comes back from a store, and the checks of what goes in.
// A value that fails here is a bug of ours (or a log somebody tampered with), so it crashes.
import assert from 'node:assert'
import { Position, Revision, StreamName, type StreamAppend } from './event-store.ts'

export const revisionOf = (n: number): Revision => {
  assert(Revision.is(n), `not a revision: ${n}`)
  return n
}

export const positionOf = (s: string): Position => {
  assert(Position.is(s), `not a position: ${s}`)
  return s
}

export const streamNameOf = (s: string): StreamName => {
  assert(StreamName.is(s), `not a stream name: ${s}`)
  return s
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What the port asks of a call. A call that breaks it must not reach the calls it is batched with. */
export const assertWellFormed = (appends: readonly StreamAppend[]): void => {
  const seen = new Set<string>()
  for (const { stream, events } of appends) {
    assert(!seen.has(stream), `stream ${stream} stands twice in one append`)
    assert(isStorableText(stream), 'a stream name holds a null character or half a surrogate pair')
    assert(events.length > 0, `an append to ${stream} without events`)
    seen.add(stream)
    for (const event of events) {
      assert(uuid.test(event.id), `not an event id: ${event.id}`)
      assert(isStorableText(event.type), 'an event type holds what text cannot')
    }
  }
}

const unstorable = /\0|\p{Surrogate}/u

const isStorableText = (text: string): boolean => !unstorable.test(text)
