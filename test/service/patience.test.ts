// For how long what fires are shown in gives way to the fires themselves.
import { expect, test } from 'vitest'
import { createPatience } from '../../src/service/patience.ts'

const patience = (busyness: number, callsQueued: number): number =>
  createPatience(
    () => busyness,
    () => callsQueued,
  )()

test('a process with time to spare shows at once what happened, however many calls wait for a slow callee', () => {
  expect(patience(0.1, 0)).toBe(0)
  expect(patience(0.1, 5_000)).toBe(0)
})

test('a burst of fires goes first for longer than anything else', () => {
  const busy = patience(0.95, 0)
  expect(busy).toBeGreaterThan(0)
  expect(patience(0.7, 100)).toBeGreaterThan(busy)
})
