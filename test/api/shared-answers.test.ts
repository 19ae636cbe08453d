// Identical questions at one time: answered together, and never from what was begun before they came.
import { describe, expect, test } from 'vitest'
import { createSharing } from '../../src/api/v1/shared-answers.ts'

/** Answers that come when the test says so, each with what was true when it was begun. */
const world = () => {
  const begun: { readonly answer: () => void; readonly fail: () => void }[] = []
  let truth = 0
  const ask = (): Promise<number> => {
    const seen = truth
    return new Promise((resolve, reject) => {
      begun.push({ answer: () => resolve(seen), fail: () => reject(new Error('no')) })
    })
  }
  return { ask, begun, change: () => (truth += 1) }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('questions that are asked at the same time', () => {
  test('share the answer that is begun next, not the one that is under way', async () => {
    const { ask, begun, change } = world()
    const share = createSharing<number>()
    const first = share('a', ask)
    change()
    const [second, third] = [share('a', ask), share('a', ask)]
    await turn()
    expect(begun).toHaveLength(1)
    begun[0]!.answer()
    await turn()
    expect(begun).toHaveLength(2)
    change()
    const fourth = share('a', ask)
    begun[1]!.answer()
    await turn()
    begun[2]!.answer()
    expect(await Promise.all([first, second, third, fourth])).toEqual([0, 1, 1, 2])
  })

  test('are not held up by other questions', async () => {
    const { ask, begun } = world()
    const share = createSharing<number>()
    const [one, other] = [share('a', ask), share('b', ask)]
    expect(begun).toHaveLength(2)
    begun[1]!.answer()
    expect(await other).toBe(0)
    begun[0]!.answer()
    expect(await one).toBe(0)
  })

  test('go on after one that failed, and nothing is kept of an answer', async () => {
    const { ask, begun, change } = world()
    const share = createSharing<number>()
    const failing = expect(share('a', ask)).rejects.toThrow('no')
    const next = share('a', ask)
    begun[0]!.fail()
    await failing
    await turn()
    begun[1]!.answer()
    expect(await next).toBe(0)
    await turn()
    change()
    const later = share('a', ask)
    begun[2]!.answer()
    expect(await later).toBe(1)
  })
})
