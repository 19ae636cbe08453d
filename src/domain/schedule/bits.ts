// Sets of small numbers as bits. One word holds 0–31; minutes and seconds take a pair of words.
// Every search answers -1 for "none".

const lowestOf = (word: number): number => 31 - Math.clz32(word & -word)
const highestOf = (word: number): number => 31 - Math.clz32(word)

export const hasBit = (word: number, bit: number): boolean => ((word >>> bit) & 1) === 1

/** Smallest member that is at least `from` (0–32). */
export const bitFrom = (word: number, from: number): number => {
  if (from > 31) return -1
  const rest = word & (-1 << from)
  return rest === 0 ? -1 : lowestOf(rest)
}

/** Largest member that is at most `upTo` (-1–31). */
export const bitUpTo = (word: number, upTo: number): number => {
  if (upTo < 0) return -1
  const rest = word & (-1 >>> (31 - upTo))
  return rest === 0 ? -1 : highestOf(rest)
}

/** As {@link bitFrom} over a pair of words holding 0–63. */
export const pairFrom = (low: number, high: number, from: number): number => {
  if (from > 31) {
    const found = bitFrom(high, from - 32)
    return found < 0 ? -1 : found + 32
  }
  const found = bitFrom(low, from)
  if (found >= 0) return found
  return high === 0 ? -1 : lowestOf(high) + 32
}

/** As {@link bitUpTo} over a pair of words holding 0–63. */
export const pairUpTo = (low: number, high: number, upTo: number): number => {
  if (upTo > 31) {
    const found = bitUpTo(high, upTo - 32)
    if (found >= 0) return found + 32
    return low === 0 ? -1 : highestOf(low)
  }
  return bitUpTo(low, upTo)
}

export const bitCount = (word: number): number => {
  let rest = word
  let count = 0
  while (rest !== 0) {
    rest &= rest - 1
    count += 1
  }
  return count
}

/** Members of a list of 32-bit words, ascending. */
export const membersOf = (words: readonly number[]): number[] => {
  const members: number[] = []
  words.forEach((word, index) => {
    for (let bit = bitFrom(word, 0); bit >= 0; bit = bitFrom(word, bit + 1)) {
      members.push(index * 32 + bit)
    }
  })
  return members
}
