// Shares are the same for everybody: for the database, which computes them of a name by itself, and
// for every process, whatever order it sees the others in.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allShares,
  assignShares,
  shareOf,
  sharesTotal,
} from '../../../src/scheduler/ownership/shares.ts'

test('the share of a name never changes', () => {
  const names = ['task-default/billing/nightly', 'task-default/a/b', 'task-default/%E4%BB%BB/1', '']
  expect(names.map(shareOf)).toEqual([2, 33, 62, 20])
})

test('names spread over all shares', () => {
  const counts = allShares.map(() => 0)
  for (let n = 0; n < 64_000; n += 1) counts[shareOf(`task-default/group/job-${n}`)]! += 1
  expect(Math.min(...counts)).toBeGreaterThan(800)
  expect(Math.max(...counts)).toBeLessThan(1_200)
})

describe('the owners of shares', () => {
  const nodes = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 40 }), {
    minLength: 1,
    maxLength: 9,
  })

  test('are the same in whatever order processes are seen', () => {
    fc.assert(
      fc.property(nodes, (seen) => {
        expect(assignShares([...seen].reverse())).toEqual(assignShares(seen))
      }),
    )
  })

  test('change for the shares of a process alone when it goes', () => {
    fc.assert(
      fc.property(nodes, (seen) => {
        const [gone, ...rest] = seen
        const [before, after] = [assignShares(seen), assignShares(rest)]
        for (const share of allShares)
          if (before[share] !== gone) expect(after[share]).toBe(before[share])
      }),
    )
  })

  test('are nobody where nobody is', () => {
    expect(assignShares([])).toEqual(allShares.map(() => null))
  })

  test('have about the same number each', () => {
    for (let round = 0; round < 20; round += 1) {
      const three = ['a', 'b', 'c'].map((name) => `host-${1_000 + round}-${name}`)
      const owners = assignShares(three)
      for (const node of three) {
        const owned = owners.filter((owner) => owner === node).length
        expect(owned).toBeGreaterThan(sharesTotal / 3 / 2.5)
        expect(owned).toBeLessThan((sharesTotal / 3) * 1.8)
      }
    }
  })
})
