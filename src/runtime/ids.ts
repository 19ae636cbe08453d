// New ids, in bulk. Both kinds are version 7 UUIDs: they begin with the time, so that rows written
// together lie together in an index, and ids of one process sort in the order they were made.
// Uniqueness comes from 62 random bits per id on top of a counter within the millisecond.
import { randomFillSync } from 'node:crypto'

export interface Ids {
  /** A lower-case UUID. */
  eventId(): string
  /** 32 hexadecimal digits. */
  runId(): string
}

// One system call fetches the randomness of this many ids.
const idsPerRefill = 4_096
const randomBytesPerId = 8
const counterMax = 0xfff

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export const createIds = (now: () => number): Ids => {
  const pool = Buffer.alloc(idsPerRefill * randomBytesPerId)
  let offset = pool.length
  let lastMs = -1
  let timeHex = ''
  let counter = 0

  /** 16 bits of the pool: where a millisecond's counter begins. Half the range is left to count. */
  const takeCounterStart = (): number => {
    refillIfEmpty()
    const start = pool.readUInt16LE(offset) & (counterMax >> 1)
    offset += randomBytesPerId
    return start
  }

  const refillIfEmpty = (): void => {
    if (offset < pool.length) return
    randomFillSync(pool)
    offset = 0
  }

  /** Never goes back: when the clock does, or the counter is used up, it lends from the future. */
  const tick = (): void => {
    const nowMs = now()
    if (nowMs <= lastMs && counter < counterMax) {
      counter += 1
      return
    }
    lastMs = nowMs > lastMs ? nowMs : lastMs + 1
    counter = takeCounterStart()
    timeHex = lastMs.toString(16).padStart(12, '0')
  }

  const next = (separator: string): string => {
    tick()
    refillIfEmpty()
    const at = (index: number): string => hexOfByte[pool[offset + index]!]!
    const variant = hexOfByte[(pool[offset]! & 0x3f) | 0x80]!
    const id =
      `${timeHex.slice(0, 8)}${separator}${timeHex.slice(8)}${separator}` +
      `7${hexOfByte[counter >> 8]!.charAt(1)}${hexOfByte[counter & 0xff]!}${separator}` +
      `${variant}${at(1)}${separator}${at(2)}${at(3)}${at(4)}${at(5)}${at(6)}${at(7)}`
    offset += randomBytesPerId
    return id
  }

  return { eventId: () => next('-'), runId: () => next('') }
}
