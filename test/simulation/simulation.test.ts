// Some seeds on every run, more in simulation.whole.test.ts; `npm run sim -- --seed N --hours H` runs
// as many as you like, and replays one exactly.
import { describe, expect, test } from 'vitest'
import { simulate } from './simulation.ts'

describe('the simulated service', () => {
  test.each(Array.from({ length: 5 }, (_, n) => n * 10))(
    'gives every occurrence one verdict and every run one end, whatever befalls it (seeds from %i)',
    { timeout: 120_000 },
    async (from) => {
      const seen = { runs: 0, kills: 0, stops: 0, suspensions: 0, clockSteps: 0, takeOvers: 0 }
      for (let seed = from; seed < from + 10; seed += 1) {
        const report = await simulate(seed, 6)
        expect({ seed, findings: report.findings.slice(0, 5) }).toEqual({ seed, findings: [] })
        for (const what of Object.keys(seen) as (keyof typeof seen)[]) seen[what] += report[what]
      }
      // Seeds in which nothing happens would prove nothing.
      for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0)
      expect(seen.runs).toBeGreaterThan(400)
    },
  )

  test('replays a seed step by step', async () => {
    const [first, again] = [await simulate(7, 3), await simulate(7, 3)]
    expect(again.digest).toBe(first.digest)
    expect(again.tell(null, 1e6)).toEqual(first.tell(null, 1e6))
  })
})
