// What a simulated run is judged by, and how much happened in it.
import type { Acknowledged, Outrun } from './asking.ts'
import type { Call } from './callees.ts'
import { checkCalls } from './check-calls.ts'
import { checkCalm, checkEnds } from './check-calm.ts'
import { checkRelease } from './check-release.ts'
import { checkWithdrawn } from './check-withdrawn.ts'
import {
  checkAcknowledged,
  checkAskedOnce,
  checkConfessed,
  checkExpected,
  checkLives,
  checkTime,
  checkWaits,
  checkWrongTimes,
} from './checks.ts'
import type { ReadModels } from './read-models.ts'
import { checkLog, type Finding } from './reference.ts'
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import type { World } from './world.ts'

interface Counts {
  readonly replicas: number
  readonly kills: number
  readonly stops: number
  readonly suspensions: number
  readonly clockSteps: number
  /** Of the database's clock. */
  readonly sharedSteps: number
  readonly powerCuts: number
  readonly commands: number
}

export interface SimulationReport extends Counts {
  readonly findings: readonly Finding[]
  /** For whoever wants to look closer. */
  readonly log: readonly RecordedEvent[]
  readonly runs: number
  readonly takeOvers: number
  readonly calls: number
  /** Appends that met somebody else's, those whose answer was lost, and those that never arrived. */
  readonly conflicts: number
  readonly lostReplies: number
  readonly lostRequests: number
  /** Two runs with the same digest went the same way, step by step. */
  readonly digest: number
  /** What led to a finding, oldest first. */
  readonly tell: (stream: string | null, linesMax: number) => readonly string[]
}

interface Evidence {
  /** Everything planned before this must have been decided. */
  readonly until: number
  readonly calm: Parameters<typeof checkCalm>[2]
  readonly release: Parameters<typeof checkRelease>[1]
  readonly acknowledged: readonly Acknowledged[]
  readonly outrun: readonly Outrun[]
  readonly heard: readonly Call[]
  readonly ended: ReadonlySet<string>
  readonly models: ReadModels
  readonly counts: Counts
}

export const reportOf = (world: World, evidence: Evidence): SimulationReport => {
  const { until, calm, release, acknowledged, outrun, heard, ended, models, counts } = evidence
  const log = world.log()
  const steadyLog = world.steadyLog()
  const isTimeSteady = counts.sharedSteps === 0
  const findings: readonly Finding[] = [
    ...world.troubles.map((what) => ({ stream: 'troubles', what })),
    ...checkLog(steadyLog, until),
    ...checkAcknowledged(log, acknowledged),
    ...checkAskedOnce(log),
    ...checkExpected(log, acknowledged, outrun),
    ...checkCalls(steadyLog, heard, world.answered),
    ...checkCalm(steadyLog, heard, calm),
    ...checkRelease(heard, release),
    ...checkEnds(log, until),
    ...checkWithdrawn(log, acknowledged, heard),
    // While the shared clock itself jumps, nobody can have been ahead of it.
    ...(isTimeSteady
      ? [
          ...checkTime(log),
          ...checkWaits(log, heard, world.clock.now() - world.clock.monotonicNow()),
          ...checkWrongTimes(log, world.wrongTimes),
          ...checkConfessed(log, world),
        ]
      : []),
    ...checkLives(log, ended),
    ...models.differences(log).map((what) => ({ stream: 'read models', what })),
  ]
  const countOf = (wanted: string): number => log.filter(({ type }) => type === wanted).length
  return {
    findings,
    log,
    runs: countOf('TaskTriggered'),
    takeOvers: countOf('RecallTakenOver'),
    ...counts,
    calls: heard.length,
    ...world.storeCounts,
    digest: world.trace.digest(),
    tell: world.trace.tell,
  }
}
