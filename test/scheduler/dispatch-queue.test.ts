// The order of the backlog, who is held up by which limit, and that nothing waits for ever.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createDispatchQueue,
  stepMs,
  type DispatchQueueOptions,
  type Queued,
} from '../../src/scheduler/recall/dispatch-queue.ts'

interface Call extends Queued {
  readonly name: string
}

const call = (change: Partial<Call>): Call => ({
  name: '',
  host: 'h',
  task: null,
  catchUp: false,
  priority: 0,
  at: 0,
  ...change,
})

const limited = (name: string, concurrencyMax: number | null, perSecond: number | null) => ({
  name,
  concurrencyMax,
  perSecond,
})

/** A queue by a clock to set, without limits but those given. */
const queueOf = (change: Partial<DispatchQueueOptions<Call>> = {}) => {
  const clock = { now: 0 }
  const queue = createDispatchQueue<Call>({
    now: () => clock.now,
    perHost: { concurrencyMax: null, perSecond: null },
    perSecond: null,
    isMoot: () => false,
    onMoot: () => undefined,
    ...change,
  })
  const takeAll = (): string[] => {
    const names: string[] = []
    for (let taken = queue.take(); taken !== null; taken = queue.take()) names.push(taken.item.name)
    return names
  }
  return { clock, queue, takeAll }
}

describe('order', () => {
  test('on time goes before catch-up, then priority, then the scheduled time', () => {
    const { queue, takeAll } = queueOf()
    queue.push(call({ name: 'late but important', catchUp: true, priority: 1_000 }))
    queue.push(call({ name: 'second', at: 2 }))
    queue.push(call({ name: 'first', at: 1 }))
    queue.push(call({ name: 'important', at: 3, priority: 5 }))
    queue.push(call({ name: 'unimportant', at: 0, priority: -1_000 }))
    expect(takeAll()).toEqual(['important', 'first', 'second', 'unimportant', 'late but important'])
  })

  test('equals leave in the order in which they came, and all of them leave', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ priority: fc.nat(2), at: fc.nat(3) })), (items) => {
        const { queue, takeAll } = queueOf()
        items.forEach((item, n) => queue.push(call({ ...item, name: String(n) })))
        const expected = items
          .map((item, n) => ({ ...item, n }))
          .sort((a, b) => b.priority - a.priority || a.at - b.at || a.n - b.n)
        expect(takeAll()).toEqual(expected.map(({ n }) => String(n)))
      }),
    )
  })

  test('a call gains a step of priority for every 30 seconds it waits', () => {
    const { clock, queue, takeAll } = queueOf()
    queue.push(call({ name: 'waiting', priority: 0 }))
    clock.now = 3 * stepMs - 1
    queue.push(call({ name: 'before it has caught up', priority: 3 }))
    clock.now = 4 * stepMs
    queue.push(call({ name: 'after it has caught up', priority: 3 }))
    expect(takeAll()).toEqual(['before it has caught up', 'waiting', 'after it has caught up'])
  })

  test('catch-up of any priority has its turn after 201 steps', () => {
    const { clock, queue, takeAll } = queueOf()
    queue.push(call({ name: 'catch-up', catchUp: true }))
    clock.now = 201 * stepMs
    queue.push(call({ name: 'still before it' }))
    clock.now = 202 * stepMs
    queue.push(call({ name: 'no longer' }))
    expect(takeAll()).toEqual(['still before it', 'catch-up', 'no longer'])
  })

  test('in a backlog of 50,000 that never shrinks, the least important call still has its turn', () => {
    const { clock, queue } = queueOf()
    for (let n = 0; n < 50_000; n++) queue.push(call({ name: 'important', priority: 9, at: n }))
    queue.push(call({ name: 'least', priority: 1, at: 0 }))
    let taken = 0
    // One call goes and an important one comes, every 2 ms.
    for (let name = ''; name !== 'least'; taken++) {
      clock.now += 2
      queue.push(call({ name: 'important', priority: 9, at: 50_000 + clock.now }))
      name = queue.take()?.item.name ?? 'none'
      if (name === 'none') break
    }
    // All that came in the first eight steps, and in the 30 s in which it drew level, went before.
    expect(taken).toBe(50_000 + (8 * stepMs) / 2 + stepMs / 2)
    expect(queue.size).toBe(50_001)
  })
})

describe('limits', () => {
  test('a host without a free slot does not hold up the others', () => {
    const { queue } = queueOf({ perHost: { concurrencyMax: 1, perSecond: null } })
    queue.push(call({ name: 'a1', host: 'a', at: 1 }))
    queue.push(call({ name: 'a2', host: 'a', at: 2 }))
    queue.push(call({ name: 'b1', host: 'b', at: 3 }))
    const a1 = queue.take()
    expect([a1?.item.name, queue.take()?.item.name, queue.take()]).toEqual(['a1', 'b1', null])
    expect(queue.size).toBe(1)
    a1?.release()
    a1?.release()
    expect(queue.take()?.item.name).toBe('a2')
    expect(queue.take()).toBeNull()
    expect(queue.size).toBe(0)
  })

  test('a task that is called as often as it may be does not hold up its host', () => {
    const { queue, takeAll } = queueOf({ perHost: { concurrencyMax: 3, perSecond: null } })
    for (const name of ['t1', 't2', 't3']) queue.push(call({ name, task: limited('t', 1, null) }))
    queue.push(call({ name: 'other', at: 9 }))
    const first = queue.take()
    expect(takeAll()).toEqual(['other'])
    first?.release()
    expect(takeAll()).toEqual(['t2'])
  })

  test('a rate lets its number start in any one second, and says when the next may', () => {
    const { clock, queue, takeAll } = queueOf()
    for (let n = 0; n < 5; n++) queue.push(call({ name: `t${n}`, task: limited('t', null, 2) }))
    queue.push(call({ name: 'other', at: 9 }))
    expect(takeAll()).toEqual(['t0', 't1', 'other'])
    expect(queue.opensAt()).toBe(1_000)
    clock.now = 999
    expect(takeAll()).toEqual([])
    clock.now = 1_000
    expect(takeAll()).toEqual(['t2', 't3'])
    clock.now = 2_500
    expect(takeAll()).toEqual(['t4'])
    expect(queue.opensAt()).toBeNull()
  })

  test('a rate below one spaces its starts', () => {
    const { clock, queue, takeAll } = queueOf()
    for (const name of ['t1', 't2']) queue.push(call({ name, task: limited('t', null, 0.1) }))
    expect([takeAll(), queue.opensAt()]).toEqual([['t1'], 10_000])
    clock.now = 10_000
    expect(takeAll()).toEqual(['t2'])
  })

  test('the rate of the service holds for all, that of a host for its own', () => {
    const { clock, queue, takeAll } = queueOf({
      perSecond: 3,
      perHost: { concurrencyMax: null, perSecond: 1 },
    })
    for (const host of ['a', 'b'])
      for (const n of [1, 2]) queue.push(call({ name: `${host}${n}`, host, at: n }))
    for (const host of ['c', 'd']) queue.push(call({ name: `${host}1`, host, at: 3 }))
    expect([takeAll(), queue.opensAt()]).toEqual([['a1', 'b1', 'c1'], 1_000])
    clock.now = 1_000
    expect(takeAll()).toEqual(['a2', 'b2', 'd1'])
  })

  test('whoever is woken for one limit and stopped by another lets the next one try', () => {
    const { queue, takeAll } = queueOf({ perHost: { concurrencyMax: 1, perSecond: null } })
    queue.push(call({ name: 'first', host: 'a' }))
    const first = queue.take()
    // Both pass their task's rate while the host is busy, so both are parked at the host.
    queue.push(call({ name: 't1', host: 'a', at: 1, task: limited('t', null, 1) }))
    queue.push(call({ name: 'plain', host: 'a', at: 2 }))
    expect(takeAll()).toEqual([])
    queue.push(call({ name: 't2', host: 'b', at: 0, task: limited('t', null, 1) }))
    expect(takeAll()).toEqual(['t2'])
    first?.release()
    expect(takeAll()).toEqual(['plain'])
  })

  test('what is moot leaves without using up a limit', () => {
    const moot: string[] = []
    const { queue, takeAll } = queueOf({
      isMoot: ({ name }) => name === 'cancelled',
      onMoot: ({ name }) => moot.push(name),
    })
    queue.push(call({ name: 'cancelled', task: limited('t', 1, 1) }))
    queue.push(call({ name: 'next', at: 1, task: limited('t', 1, 1) }))
    expect(takeAll()).toEqual(['next'])
    expect([moot, queue.size]).toEqual([['cancelled'], 0])
  })

  test('whatever the limits, every call starts once and no limit is exceeded', () => {
    const anyCall = fc.record({
      host: fc.constantFrom('a', 'b'),
      task: fc.constantFrom(null, limited('t', 2, null), limited('u', null, 3), limited('v', 1, 2)),
      priority: fc.nat(3),
    })
    fc.assert(
      fc.property(
        fc.array(anyCall, { maxLength: 60 }),
        fc.integer({ min: 1, max: 900 }),
        (calls, callMs) => {
          const { clock, queue } = queueOf({
            perHost: { concurrencyMax: 3, perSecond: 7 },
            perSecond: 9,
          })
          calls.forEach((one, n) => queue.push(call({ ...one, name: String(n) })))
          const starts: { readonly item: Call; readonly at: number }[] = []
          let open: {
            readonly endsAt: number
            readonly release: () => void
            readonly item: Call
          }[] = []
          while (starts.length < calls.length) {
            for (const one of open.filter(({ endsAt }) => endsAt <= clock.now)) one.release()
            open = open.filter(({ endsAt }) => endsAt > clock.now)
            for (let taken = queue.take(); taken !== null; taken = queue.take()) {
              starts.push({ item: taken.item, at: clock.now })
              open.push({ ...taken, endsAt: clock.now + callMs })
            }
            const busy = (fits: (one: Call) => boolean) =>
              open.filter(({ item }) => fits(item)).length
            expect(busy(({ host }) => host === 'a')).toBeLessThanOrEqual(3)
            expect(busy(({ task }) => task?.name === 't')).toBeLessThanOrEqual(2)
            expect(busy(({ task }) => task?.name === 'v')).toBeLessThanOrEqual(1)
            const next = Math.min(queue.opensAt() ?? Infinity, ...open.map(({ endsAt }) => endsAt))
            if (starts.length < calls.length) expect(next).toBeLessThan(Infinity) // else it stalls
            clock.now = Math.max(clock.now, next)
          }
          expect(new Set(starts.map(({ item }) => item.name)).size).toBe(calls.length)
          const inOneSecond = (fits: (one: Call) => boolean) => {
            const fitting = starts.filter(({ item }) => fits(item))
            return Math.max(
              0,
              ...fitting.map(
                ({ at }) =>
                  fitting.filter((other) => other.at >= at && other.at < at + 1_000).length,
              ),
            )
          }
          expect(inOneSecond(() => true)).toBeLessThanOrEqual(9)
          expect(inOneSecond(({ host }) => host === 'b')).toBeLessThanOrEqual(7)
          expect(inOneSecond(({ task }) => task?.name === 'u')).toBeLessThanOrEqual(3)
          expect(inOneSecond(({ task }) => task?.name === 'v')).toBeLessThanOrEqual(2)
        },
      ),
    )
  })
})
