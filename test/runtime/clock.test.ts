// The system clock keeps the port's promises; the virtual one keeps the same ones without waiting.
import { describe, expect, test } from 'vitest'
import { sleep, sleepUntil, systemClock } from '../../src/runtime/clock.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

describe('the system clock', () => {
  test('never rings early, and rings in the order of due times', async () => {
    const rung: number[] = []
    await Promise.all(
      [7.4, 3.9, 1.2, 0].map(async (delayMs) => {
        const startedAt = systemClock.monotonicNow()
        await sleep(systemClock, delayMs)
        expect(systemClock.monotonicNow() - startedAt).toBeGreaterThanOrEqual(delayMs)
        rung.push(delayMs)
      }),
    )
    expect(rung).toEqual([0, 1.2, 3.9, 7.4])
  })

  test('a timer of more than 24 days does not ring at once', async () => {
    let rang = false
    const cancel = systemClock.setTimer(2 ** 31 + 5, () => (rang = true))
    await sleep(systemClock, 5)
    cancel()
    expect(rang).toBe(false)
  })

  test('a timer called off stays silent', async () => {
    let rang = false
    systemClock.setTimer(1, () => (rang = true))()
    await sleep(systemClock, 5)
    expect(rang).toBe(false)
  })
})

describe('the virtual clock', () => {
  test('runs due timers in order, each at its own time, with promises settled in between', async () => {
    const clock = createVirtualClock(1_000)
    const seen: [string, number][] = []
    const note = (name: string): void => void seen.push([name, clock.now()])
    clock.setTimer(20, () => note('b'))
    clock.setTimer(10, () => {
      note('a')
      void Promise.resolve()
        .then(() => sleep(clock, 5))
        .then(() => note('a, five later'))
    })
    clock.setTimer(20, () => note('c'))
    clock.setTimer(31, () => note('beyond'))
    clock.setTimer(12, () => note('called off'))()
    await clock.advanceBy(30)
    expect(seen).toEqual([
      ['a', 1_010],
      ['a, five later', 1_015],
      ['b', 1_020],
      ['c', 1_020],
    ])
    expect(clock.now()).toBe(1_030)
    expect(clock.nextTimerAt()).toBe(31)
  })

  test('advancing over many timers keeps their order', async () => {
    const clock = createVirtualClock(0)
    const seen: number[] = []
    for (let i = 0; i < 200; i++) {
      const delayMs = (i * 7_919) % 199
      clock.setTimer(delayMs, () => seen.push(delayMs))
    }
    await clock.advanceTo(500)
    expect(seen).toHaveLength(200)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  })
})

describe('sleeping', () => {
  test('until an instant notices that the wall clock was set forward', async () => {
    const clock = createVirtualClock(0)
    let awake = false
    void sleepUntil(clock, 3_600_000).then(() => (awake = true))
    await clock.advanceBy(10_000)
    clock.stepWall(3_590_000)
    await clock.advanceBy(999)
    expect(awake).toBe(false)
    await clock.advanceBy(1)
    expect(awake).toBe(true)
  })

  test('until an instant goes on when the wall clock was set back', async () => {
    const clock = createVirtualClock(100_000)
    let awake = false
    void sleepUntil(clock, 101_000).then(() => (awake = true))
    clock.stepWall(-5_000)
    await clock.advanceBy(5_999)
    expect(awake).toBe(false)
    await clock.advanceBy(1)
    expect(awake).toBe(true)
  })

  test('ends early on an abort, and leaves no timer behind', async () => {
    const clock = createVirtualClock()
    const controller = new AbortController()
    const sleeping = sleep(clock, 1_000, controller.signal)
    controller.abort()
    await sleeping
    await sleep(clock, 1_000, controller.signal)
    expect(clock.nextTimerAt()).toBeNull()
  })
})
