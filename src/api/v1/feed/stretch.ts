// A stretch of the log, ready for listeners: what happened after one place and up to another. What is
// sent for a filter is put together once and shared by all who listen with the same one.
import type { Position } from '../../../event-store/event-store.ts'
import type { Change } from './changes.ts'
import type { FeedFilter } from './filter.ts'

/** Null: before everything. */
export type Place = Position | null

export interface Stretch {
  readonly from: Place
  readonly through: Place
  /** What a listener at `from` is sent. */
  readonly frames: (filter: FeedFilter) => Buffer
  /** What a listener is sent who stands within the stretch. */
  readonly framesAfter: (filter: FeedFilter, isAfter: (position: Position) => boolean) => Buffer
  readonly size: number
}

const sharedMax = 64

export const stretchOf = (from: Place, through: Place, changes: readonly Change[]): Stretch => {
  const shared = new Map<string, Buffer>()
  const framesOf = ({ admits }: FeedFilter, of: readonly Change[]): Buffer =>
    Buffer.from(
      of
        .filter(admits)
        .map(({ frame }) => frame)
        .join(''),
    )
  return {
    from,
    through,
    size: changes.length,
    frames: (filter) => {
      const known = shared.get(filter.key)
      if (known !== undefined) return known
      const frames = framesOf(filter, changes)
      if (shared.size < sharedMax) shared.set(filter.key, frames)
      return frames
    },
    framesAfter: (filter, isAfter) =>
      framesOf(
        filter,
        changes.filter(({ position }) => isAfter(position)),
      ),
  }
}
