// Ids are well-formed, unique, in order, and cheap enough to make a hundred thousand a second.
import { expect, test } from 'vitest'
import { createIds } from '../../src/runtime/ids.ts'

test('event ids are version 7 UUIDs that carry the time', () => {
  const id = createIds(() => 0x0192_3456_789a).eventId()
  expect(id).toMatch(/^01923456-789a-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('run ids are 32 hexadecimal digits', () => {
  expect(createIds(() => Date.now()).runId()).toMatch(/^[0-9a-f]{32}$/)
})

test('a hundred thousand of one millisecond are distinct and in order', () => {
  const ids = createIds(() => 1_795_392_000_000)
  const made = Array.from({ length: 100_000 }, () => ids.eventId())
  expect(new Set(made).size).toBe(made.length)
  expect(made).toEqual(made.toSorted())
})

test('they are made faster than a hundred thousand a second', () => {
  const ids = createIds(() => Date.now())
  const roundsMs = Array.from({ length: 10 }, () => {
    const startedAt = performance.now()
    for (let i = 0; i < 5_000; i++) ids.eventId()
    return performance.now() - startedAt
  })
  expect(Math.min(...roundsMs)).toBeLessThan(50) // the best round, because others use the machine too
})

test('the order holds when the clock goes back', () => {
  let now = 1_795_392_000_000
  const ids = createIds(() => (now -= 10))
  const made = Array.from({ length: 10_000 }, () => ids.runId())
  expect(made).toEqual(made.toSorted())
})
