// What simulated hours held, summed up: a check that finds nothing in hours in which nothing happens
// proves nothing.
import type { SimulationReport } from './report.ts'

const counted = [
  'runs',
  'calls',
  'commands',
  'conflicts',
  'lostReplies',
  'lostRequests',
  'kills',
  'stops',
  'suspensions',
  'clockSteps',
  'sharedSteps',
  'powerCuts',
  'takeOvers',
] as const

export interface Tally {
  /** Answers what is told of one run. */
  readonly add: (report: SimulationReport) => Readonly<Record<string, number>>
  readonly found: () => number
  /** In two lines: how much was simulated, and what an hour held on average. */
  readonly summary: () => string
}

export const createTally = (hoursOfRun: number): Tally => {
  const totals = new Map<string, number>()
  const startedAt = performance.now()
  let runs = 0
  let found = 0
  const count = (name: string, by: number): void =>
    void totals.set(name, (totals.get(name) ?? 0) + by)
  return {
    add: (report) => {
      const events = report.log.length
      runs += 1
      found += report.findings.length
      count('events', events)
      for (const name of counted) count(name, report[name])
      const told = ['replicas', ...counted, 'digest'] as const
      return { events, ...Object.fromEntries(told.map((name) => [name, report[name]])) }
    },
    found: () => found,
    summary: () => {
      const hours = runs * hoursOfRun
      const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
      const cpu = (process.cpuUsage().user / 1e6 / hours).toFixed(2)
      const held = [...totals].map(([name, total]) => `${(total / hours).toFixed(1)} ${name}`)
      return `${hours} simulated hours in ${minutes} min, ${cpu} CPU-s each: ${found} findings\nan hour held ${held.join(', ')}`
    },
  }
}
