// `npm run sim -- --seed N --hours H --runs R`: simulates seeds N, N+1, … for H virtual hours each and
// prints what it found; exits with 1 when it found anything.
import { parseArgs } from 'node:util'
import { simulate } from './simulation.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    hours: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' },
  },
})

let found = 0
for (let run = 0; run < Number(values.runs); run++) {
  const seed = Number(values.seed) + run
  const startedAt = performance.now()
  const report = await simulate(seed, Number(values.hours) * 60)
  const { findings, ...counts } = report
  found += findings.length
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`seed ${seed}: ${findings.length} findings in ${seconds} s`, JSON.stringify(counts))
  for (const finding of findings.slice(0, 20)) console.log(`  ${finding.stream}: ${finding.what}`)
}
process.exitCode = found > 0 ? 1 : 0
