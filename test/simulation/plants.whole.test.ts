// Bugs in the source itself: each is planted in a copy, and the simulation has to find it. The others of
// plants.ts are found in the same way, within a few hours; here are some that need little time.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const script = join(import.meta.dirname, 'sim.ts')

test.each([
  ['forget-retries', /goes round in circles|0 terminal events/],
  ['count-runs-by-hand', /counted as one of the schedule/],
  ['decide-however-wrong-the-clock', /whose clock was wrong/],
])('planted in the source: %s is found', (name, told) => {
  const args = ['--import', 'tsx', script, '--plant', name, '--runs', '30', '--hours', '0.3']
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stdout).toMatch(told)
  expect(status).toBe(1)
})
