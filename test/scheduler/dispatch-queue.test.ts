import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDispatchQueue, type Queued } from '../../src/scheduler/recall/dispatch-queue.ts'

const call = (change: Partial<Queued> & { readonly name?: string }): Queued & { name: string } => ({
  name: '',
  host: 'h',
  catchUp: false,
  priority: 0,
  at: 0,
  ...change,
})

test('on time goes before catch-up, then priority, then the scheduled time', () => {
  const queue = createDispatchQueue<Queued & { name: string }>(10)
  queue.push(call({ name: 'late but important', catchUp: true, priority: 9 }))
  queue.push(call({ name: 'second', at: 2 }))
  queue.push(call({ name: 'first', at: 1 }))
  queue.push(call({ name: 'important', at: 3, priority: 5 }))
  const order = Array.from({ length: 4 }, () => queue.take()?.name)
  expect(order).toEqual(['important', 'first', 'second', 'late but important'])
})

test('a host without a free slot does not hold up the others', () => {
  const queue = createDispatchQueue<Queued & { name: string }>(1)
  queue.push(call({ name: 'a1', host: 'a', at: 1 }))
  queue.push(call({ name: 'a2', host: 'a', at: 2 }))
  queue.push(call({ name: 'b1', host: 'b', at: 3 }))
  expect([queue.take()?.name, queue.take()?.name, queue.take()]).toEqual(['a1', 'b1', null])
  expect(queue.size).toBe(1)
  queue.release('a')
  expect(queue.take()?.name).toBe('a2')
  expect(queue.size).toBe(0)
})

test('equals leave in the order in which they came, and all of them leave', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ priority: fc.nat(2), at: fc.nat(3) })), (items) => {
      const queue = createDispatchQueue<Queued & { n: number }>(Number.POSITIVE_INFINITY)
      items.forEach((item, n) => queue.push({ ...call(item), n }))
      const taken = items.map(() => queue.take()?.n ?? -1)
      const expected = items
        .map((item, n) => ({ ...item, n }))
        .sort((a, b) => b.priority - a.priority || a.at - b.at || a.n - b.n)
      expect(taken).toEqual(expected.map((item) => item.n))
    }),
  )
})
