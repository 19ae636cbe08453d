// How far a task's own timeline reaches to both sides of now: as far as its next few fires, or its last
// few runs, so that something is to be seen whether it fires every second or once a year. Pure.
const shownEachSide = 8
const leastMs = 20_000
const mostMs = 400 * 86_400_000

export const reachOf = (
  nowMs: number,
  pastMs: readonly number[],
  comingMs: readonly number[],
): number => {
  const ahead = comingMs.slice(0, shownEachSide).at(-1)
  const behind = pastMs.slice(0, shownEachSide).at(-1)
  const wanted = ahead !== undefined ? ahead - nowMs : behind !== undefined ? nowMs - behind : 0
  return Math.min(mostMs, Math.max(leastMs, wanted * 1.05))
}
