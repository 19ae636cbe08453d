import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWakeHeap } from '../../src/scheduler/agenda/wake-heap.ts'

const streams = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
const changes = fc.array(
  fc.tuple(streams, fc.option(fc.integer({ min: 0, max: 50 }), { nil: null })),
)

test('gives streams back in the order of their last set wake-up, each once', () => {
  fc.assert(
    fc.property(changes, (steps) => {
      const heap = createWakeHeap()
      const model = new Map<string, number>()
      for (const [stream, at] of steps) {
        heap.set(stream, at)
        if (at === null) model.delete(stream)
        else model.set(stream, at)
      }
      expect(heap.size).toBe(model.size)
      const expected = [...model.values()].sort((a, b) => a - b)
      expect(heap.next()).toBe(expected[0] ?? null)
      const popped: number[] = []
      for (let stream = heap.popDue(50); stream !== null; stream = heap.popDue(50))
        popped.push(model.get(stream) ?? Number.NaN)
      expect(popped).toEqual(expected)
    }),
  )
})

test('keeps back what is not due', () => {
  const heap = createWakeHeap()
  heap.set('a', 11)
  expect(heap.popDue(10)).toBeNull()
  expect(heap.popDue(11)).toBe('a')
})
