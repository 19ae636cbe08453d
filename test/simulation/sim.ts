// Simulates seeds N, N+1, … (see `usage`), says how far it is, prints what it found with the steps that
// led to it, and sums up what an hour held; exits with 1 when it found anything. Many seeds are dealt out
// to processes that simulate a few of them each: what a killed replica was about to do is never
// forgotten by the process that simulates it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { plantIn } from './planting.ts'
import { plants } from './plants.ts'
import { createTally } from './tally.ts'
import { sabotages } from './sabotages.ts'
import { simulate } from './simulation.ts'

const usage = `npm run sim -- --seed N --hours H --runs R
  --seed N         the first seed (1)
  --hours H        virtual hours of each (1)
  --runs R         how many seeds (1)
  --jobs J         processes at once (1)
  --trace          prints every step
  --plant NAME     breaks a promise on purpose, until that is found
  --until-found    ends with the first seed that something is found with`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    hours: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' },
    plant: { type: 'string' },
    'until-found': { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
  },
})
const { plant } = values
const seed = Number(values.seed)
const hours = Number(values.hours)
const runs = Number(values.runs)
const jobs = Number(values.jobs)
const seedsOfProcess = 50
const progressEveryMs = 10_000
const findingsShown = 10
const stepsShown = 60

/** The simulation in a process of its own; resolves to its exit code. */
const elsewhere = async (script: string, args: readonly string[]): Promise<number> => {
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

const own = ['--hours', values.hours, ...(values.trace ? ['--trace'] : [])]

const dealOut = async (): Promise<number> => {
  const beganAt = performance.now()
  let next = seed
  let code = 0
  const share = Math.min(seedsOfProcess, Math.ceil(runs / jobs))
  const deal = async (): Promise<void> => {
    while (next < seed + runs) {
      const count = Math.min(share, seed + runs - next)
      const seeds = ['--seed', String(next), '--runs', String(count)]
      next += count
      const ended = await elsewhere(import.meta.filename, [...own, ...seeds])
      code = Math.max(code, ended)
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, runs) }, deal))
  const minutes = ((performance.now() - beganAt) / 60_000).toFixed(1)
  const verdict = code === 0 ? 'nothing found' : 'something was found'
  console.log(`${runs * hours} h by ${jobs} processes in ${minutes} min: ${verdict}`)
  return code
}

const runHere = async (): Promise<number> => {
  const sabotage = plant === undefined ? undefined : sabotages[plant]
  const untilFound = values['until-found'] || sabotage !== undefined
  const tally = createTally(hours)
  for (let now = seed; now < seed + runs && !(untilFound && tally.found() > 0); now += 1) {
    const startedAt = performance.now()
    let toldAt = startedAt
    const report = await simulate(now, hours * 60, sabotage, (share) => {
      if (performance.now() - toldAt < progressEveryMs) return
      toldAt = performance.now()
      console.log(`seed ${now}: ${(share * hours).toFixed(2)} of ${hours} h`)
    })
    const { findings, tell } = report
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(
      `seed ${now}: ${findings.length} findings in ${seconds} s`,
      JSON.stringify(tally.add(report)),
    )
    if (values.trace) for (const line of tell(null, Infinity)) console.log(`  ${line}`)
    for (const { stream, what } of findings.slice(0, findingsShown))
      console.log(`  ${stream}: ${what}`)
    const [first] = findings
    if (first === undefined) continue
    console.log(`  the steps that led to the first:`)
    for (const line of tell(first.stream, stepsShown)) console.log(`    ${line}`)
    console.log(`  again: npm run sim -- --seed ${now} --hours ${hours} --trace`)
  }
  console.log(tally.summary())
  return tally.found() > 0 ? 1 : 0
}

const runPlanted = (name: string): Promise<number> => {
  const seeds = ['--seed', values.seed, '--runs', values.runs, '--until-found']
  const script = join(plantIn(name), 'test', 'simulation', 'sim.ts')
  return elsewhere(script, [...own, ...seeds])
}

if (values.help) {
  console.log(usage)
  process.exit(0)
}
if (![seed, hours, runs, jobs].every((n) => n > 0)) {
  console.error(`--seed, --hours, --runs and --jobs are numbers above 0\n${usage}`)
  process.exit(2)
}
if (plant !== undefined && !(plant in sabotages) && !(plant in plants)) {
  const names = [...Object.keys(sabotages), ...Object.keys(plants)]
  console.error(`--plant: one of ${names.join(', ')}`)
  process.exit(2)
}
const isDealtOut = plant === undefined && !values['until-found']
if (plant !== undefined && plant in plants) process.exit(await runPlanted(plant))
process.exit(isDealtOut && (jobs > 1 || runs > seedsOfProcess) ? await dealOut() : await runHere())
