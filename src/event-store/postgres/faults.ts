// What an error of the driver means to a caller: can the same call succeed later, or never? The
// server's SQLSTATE decides; an error without one is a broken connection.
import { AssertionError } from 'node:assert'
import type { StoreUnavailable } from '../event-store.ts'

export const storeUnavailable = (error: unknown): StoreUnavailable => {
  if (isBug(error)) throw error
  return { type: 'StoreUnavailable', reason: messageOf(error), retryable: !isFinal(error) }
}

export const closedStore: StoreUnavailable = {
  type: 'StoreUnavailable',
  reason: 'the event store is closed',
  retryable: false,
}

/** The statement lost against another one and had no effect: run it again at once. */
export const lostARace = (error: unknown): boolean =>
  ['40001', '40P01'].includes(sqlStateOf(error) ?? '')

/** The server is gone or going, or was never reached. */
export const isDisconnect = (error: unknown): boolean => {
  const state = sqlStateOf(error)
  return state === null || /^(08|57P0)/.test(state) || state === '53300'
}

/** An answer of the server that we cannot make sense of: nobody may go on as if it were an outage. */
const isBug = (error: unknown): boolean =>
  [AssertionError, TypeError, SyntaxError, RangeError, ReferenceError].some(
    (bug) => error instanceof bug,
  )

/** Classes that time does not cure: wrong password, missing database or schema, malformed input. */
const isFinal = (error: unknown): boolean => {
  const state = sqlStateOf(error)
  return state !== null && !/^(08|40|53|55|57|58|25|XX)/.test(state)
}

const sqlStateOf = (error: unknown): string | null => {
  const code: unknown =
    typeof error === 'object' && error !== null && 'severity' in error && 'code' in error
      ? error.code
      : null
  return typeof code === 'string' ? code : null
}

const messageOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
