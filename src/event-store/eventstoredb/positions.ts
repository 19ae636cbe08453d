// EventStoreDB names a place in its log by two numbers, commit and prepare. The port wants one opaque
// string: both in hexadecimal, 16 digits each, so that comparing the strings compares the places.
// Nothing else in this folder knows the format.
import assert from 'node:assert'
import { positionOf } from '../checked.ts'
import type { Position } from '../event-store.ts'

const format = /^[0-9a-f]{32}$/

export interface LogPlace {
  readonly commit: number
  readonly prepare: number
}

// A log of nine petabytes is where JavaScript's whole numbers end.
const hex = (place: number): string => {
  assert(Number.isSafeInteger(place), `not a place in the log: ${place}`)
  return place.toString(16).padStart(16, '0')
}

export const positionAt = (commit: number, prepare: number): Position => {
  const first = hex(commit)
  return positionOf(first + (prepare === commit ? first : hex(prepare)))
}

/** Null for a position that another adapter made. */
export const placeOf = (position: Position): LogPlace | null => {
  if (!format.test(position)) return null
  const commit = Number.parseInt(position.slice(0, 16), 16)
  const prepare = Number.parseInt(position.slice(16), 16)
  return Number.isSafeInteger(commit) && Number.isSafeInteger(prepare) ? { commit, prepare } : null
}

export const comparePositions = (a: Position, b: Position): number => (a < b ? -1 : a > b ? 1 : 0)

export const latest = (...positions: readonly (Position | null)[]): Position | null =>
  positions.reduce((best, p) => (best === null || (p !== null && p > best) ? p : best), null)
