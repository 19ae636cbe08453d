// Some seeds on every run; `npm run sim -- --seed N --hours H` runs more, and replays one exactly.
import { describe, expect, test } from 'vitest'
import { simulate } from './simulation.ts'

describe('the simulated service', () => {
  test.each(Array.from({ length: 12 }, (_, n) => n + 1))(
    'gives every occurrence one verdict and every run one end, whatever dies (seed %i)',
    async (seed) => {
      const report = await simulate(seed, 20)
      expect(report.findings.slice(0, 5)).toEqual([])
      expect(report.runs).toBeGreaterThan(100)
      expect(report.crashes).toBeGreaterThan(0)
    },
  )

  test('replays a seed step by step', async () => {
    expect(await simulate(7, 5)).toEqual(await simulate(7, 5))
  })
})
