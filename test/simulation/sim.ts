// `npm run sim -- --seed N --hours H --runs R`: simulates seeds N, N+1, … for H virtual hours each,
// says how far it is, and prints what it found with the steps that led to it; exits with 1 when it
// found anything. `--trace` prints every step, `--plant <name>` breaks a promise on purpose,
// `--jobs N` deals the seeds out to N processes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { sabotages } from './sabotages.ts'
import { simulate } from './simulation.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    hours: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' },
    plant: { type: 'string' },
    trace: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
  },
})
const { plant } = values
const hours = Number(values.hours)
const runs = Number(values.runs)
const sabotage = plant === undefined ? undefined : sabotages[plant]
if (plant !== undefined && sabotage === undefined) {
  console.error(`--plant: one of ${Object.keys(sabotages).join(', ')}`)
  process.exit(2)
}

const progressEveryMs = 10_000
const findingsShown = 10
const stepsShown = 60

const jobs = Math.min(Number(values.jobs), runs)
if (jobs > 1) {
  const beganAt = performance.now()
  process.exitCode = await dealOut()
  const minutes = ((performance.now() - beganAt) / 60_000).toFixed(1)
  console.log(`${runs * hours} simulated hours in ${minutes} min by ${jobs} processes`)
  process.exit()
}

/** Resolves to the highest exit code. */
async function dealOut(): Promise<number> {
  const own = process.argv.slice(2)
  const parts = Array.from({ length: jobs }, async (_, n) => {
    const from = Math.floor((runs * n) / jobs)
    const seeds = ['--seed', String(Number(values.seed) + from)]
    const count = ['--runs', String(Math.floor((runs * (n + 1)) / jobs) - from)]
    const args = [...process.execArgv, import.meta.filename, ...own, ...seeds, ...count]
    const child = spawn(process.execPath, [...args, '--jobs', '1'], { stdio: 'inherit' })
    const [code] = (await once(child, 'exit')) as [number | null]
    return code ?? 1
  })
  return Math.max(...(await Promise.all(parts)))
}

let found = 0
const beganAt = performance.now()
for (let run = 0; run < runs; run += 1) {
  const seed = Number(values.seed) + run
  const startedAt = performance.now()
  let toldAt = startedAt
  const { findings, log, tell, ...counts } = await simulate(seed, hours * 60, sabotage, (share) => {
    if (performance.now() - toldAt < progressEveryMs) return
    toldAt = performance.now()
    console.log(`seed ${seed}: ${(share * hours).toFixed(2)} of ${hours} h`)
  })
  found += findings.length
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(
    `seed ${seed}: ${findings.length} findings in ${seconds} s`,
    JSON.stringify({ events: log.length, ...counts }),
  )
  if (values.trace)
    for (const line of tell(null, Number.POSITIVE_INFINITY)) console.log(`  ${line}`)
  for (const { stream, what } of findings.slice(0, findingsShown))
    console.log(`  ${stream}: ${what}`)
  const [first] = findings
  if (first === undefined) continue
  console.log(`  the steps that led to the first:`)
  for (const line of tell(first.stream, stepsShown)) console.log(`    ${line}`)
  console.log(`  again: npm run sim -- --seed ${seed} --hours ${hours} --trace`)
}
const minutes = ((performance.now() - beganAt) / 60_000).toFixed(1)
console.log(`${runs * hours} simulated hours in ${minutes} min: ${found} findings`)
process.exitCode = found > 0 ? 1 : 0
