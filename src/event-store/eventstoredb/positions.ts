// EventStoreDB names a place in its log by two 64-bit numbers, commit and prepare. The port wants
// one opaque string: both in hexadecimal, 16 digits each, so that comparing the strings compares the
// places. Nothing else in this folder knows the format.
import { positionOf } from '../checked.ts'
import type { Position } from '../event-store.ts'

const format = /^[0-9a-f]{32}$/

/** Both numbers in decimal digits, as the protocol carries 64-bit numbers. */
export interface LogPlace {
  readonly commit: string
  readonly prepare: string
}

const hex = (decimal: string): string =>
  // Up to fifteen digits a number is exact, and quicker.
  (decimal.length <= 15 ? Number(decimal) : BigInt(decimal)).toString(16).padStart(16, '0')

export const positionAt = (commit: string, prepare: string): Position => {
  const first = hex(commit)
  return positionOf(first + (prepare === commit ? first : hex(prepare)))
}

/** Null for a position that another adapter made. */
export const placeOf = (position: Position): LogPlace | null =>
  format.test(position)
    ? {
        commit: BigInt(`0x${position.slice(0, 16)}`).toString(),
        prepare: BigInt(`0x${position.slice(16)}`).toString(),
      }
    : null

export const comparePositions = (a: Position, b: Position): number => (a < b ? -1 : a > b ? 1 : 0)

export const latest = (...positions: readonly (Position | null)[]): Position | null =>
  positions.reduce((best, p) => (best === null || (p !== null && p > best) ? p : best), null)
