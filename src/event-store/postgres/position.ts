// Positions of this adapter: the sequence's number, padded to nineteen digits, so that they compare
// as text. Zero stands before every event and never leaves the adapter.
import { positionOf } from '../checked.ts'
import type { Position } from '../event-store.ts'

/** By the number of digits they stand before. */
const zeros = Array.from({ length: 19 }, (_, digits) => '0'.repeat(19 - digits))

export const positionFrom = (number: string): Position =>
  positionOf(`${zeros[number.length] ?? ''}${number}`)

export const beforeAll: Position = positionFrom('0')

export const comparePositions = (a: Position, b: Position): number => (a < b ? -1 : a > b ? 1 : 0)
