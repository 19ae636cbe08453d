// Who has fallen silent, told by watching: whoever has given no new sign for too long while we looked,
// by our own monotonic clock. No clock that can be set has a say in it: set forward it does not make
// the living look dead, set back it does not keep the dead alive. Nor has the time in which nobody
// could be seen: when a database comes back, all who wait for it are alive.
import type { Clock } from './clock.ts'

export interface Sign {
  readonly node: string
  /** Different with each sign of life. */
  readonly mark: string
  /**
   * Whether its time is over by the clock that wrote the mark. Believed only of one that is seen for
   * the first time, so that a process that starts need not watch those that ended long ago.
   */
  readonly lapsed: boolean
}

export interface Vigil {
  /** To be told all signs there are; answers those that are taken for dead. */
  readonly silentAmong: <S extends Sign>(signs: readonly S[]) => readonly S[]
}

/** Who looks less often than this was looking elsewhere in between. */
const blindAfterMs = 3_000

export const createVigil = (
  { monotonicNow }: Pick<Clock, 'monotonicNow'>,
  silentMaxMs: number,
): Vigil => {
  let lookedAt = monotonicNow()
  /** How long has been watched in all. */
  let watchedMs = 0
  let known = new Map<string, { readonly mark: string; readonly since: number }>()

  const sinceOf = ({ node, mark, lapsed }: Sign): number => {
    const before = known.get(node)
    if (before === undefined) return lapsed ? -Infinity : watchedMs
    return before.mark === mark ? before.since : watchedMs
  }

  return {
    silentAmong: (signs) => {
      const now = monotonicNow()
      watchedMs += Math.min(now - lookedAt, blindAfterMs)
      lookedAt = now
      known = new Map(
        signs.map((sign) => [sign.node, { mark: sign.mark, since: sinceOf(sign) }] as const),
      )
      return signs.filter(({ node }) => watchedMs - (known.get(node)?.since ?? 0) >= silentMaxMs)
    },
  }
}
