// Positions of this adapter: the sequence's number, padded to nineteen digits, so that they compare
// as text. Zero stands before every event and never leaves the adapter.
import { positionOf } from '../checked.ts'
import type { Position } from '../event-store.ts'

export const positionFrom = (number: string): Position => positionOf(number.padStart(19, '0'))

export const beforeAll: Position = positionFrom('0')

export const comparePositions = (a: Position, b: Position): number => (a < b ? -1 : a > b ? 1 : 0)
