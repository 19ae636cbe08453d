// A deterministic run of the service under faults: some replicas over one store, and one seed that
// decides what callers do, how callees behave, what the store and the database do wrong, who is
// killed, stopped, suspended or set to the wrong time. Afterwards the faults cease, the service is left to
// finish, and what it left behind is held against the reference model and the other checks.
import { streamOfCalendar } from '../../src/domain/calendar/ids.ts'
import { createAsking } from './asking.ts'
import { createCallees } from './callees.ts'
import { createCallers } from './callers.ts'
import { settledAfterMs } from './check-calm.ts'
import { createMachines } from './machines.ts'
import { createMishaps } from './mishaps.ts'
import { createReadModels } from './read-models.ts'
import type { Replica } from './replica.ts'
import { reportOf, type SimulationReport } from './report.ts'
import { createTempo } from './tempo.ts'
import { createWorld, type Sabotage } from './world.ts'

/** Long enough for what waits longest: a lease, a retry, the horizon of the agenda. */
const calmMs = 150_000
/** What is decided in the calm, and what becomes of it, takes no longer. */
const lastsMs = 30_000
/** Who has come back is among the others by then. */
const joinsMs = 15_000
/** Of the worlds in which much is to be decided just then. */
const livelyShare = 0.25

export const simulate = async (
  seed: number,
  minutes: number,
  sabotage: Sabotage = (ports) => ports,
  onProgress: (share: number) => void = () => undefined,
): Promise<SimulationReport> => {
  const world = createWorld(seed)
  const { clock, chance, trace } = world

  const askForCalendar = async (replica: Replica): Promise<void> => {
    const command = callers.calendar(replica)
    const stream = streamOfCalendar(command.calendarId)
    trace.note(replica.name, `is asked for ${command.type}`, stream)
    await replica.calendars.handle(command, { source: 'api', correlationId: 'calendar' })()
  }

  const callees = createCallees(world, (taskId, runId, success) => {
    const replica = machines.able().find(({ isReady }) => isReady())
    if (replica === undefined) return
    const { now } = replica
    const report = { type: 'ReportRun', taskId, runId, success, resultValue: null } as const
    void ask(replica, { ...report, issuedAt: now(), chance: chance.next() })
  })
  const callers = createCallers(chance)
  const machines = createMachines(world, sabotage, callees.reachedFrom)
  const tempo = createTempo(world)
  const models = createReadModels(world.store, chance)
  const mishaps = createMishaps(world, machines, tempo, models.restart)
  const over = new AbortController()
  const projecting = models.run(over.signal)
  const beganAt = clock.monotonicNow()
  const endAt = beganAt + minutes * 60_000

  const someone = (): Replica | undefined => {
    const ready = machines.able().filter(({ isReady }) => isReady())
    return ready[chance.between(0, ready.length - 1)]
  }

  const { ask, acknowledged, outrun, count } = createAsking(world, {
    someone,
    onRun: callers.note,
    onWritten: mishaps.afterAcknowledging,
  })

  const live = (): void => {
    machines.look()
    mishaps.befall()
    const hasEbbed = tempo.hasEbbed()
    const asked = someone()
    if (asked === undefined) return
    if (hasEbbed) for (const command of callers.quieten(asked)) void ask(asked, command)
    const pace = tempo.isRush() ? 'fast' : 'slow'
    if (chance.happens(pace === 'fast' ? 0.7 : 0.2)) void ask(asked, callers.task(asked, pace))
    if (chance.happens(0.03)) void askForCalendar(asked)
  }

  /** One process after the other is stopped in order and comes back. Answers how often they collided. */
  const release = async (): Promise<number> => {
    const asked = someone()
    if (asked !== undefined && chance.happens(livelyShare))
      for (const command of callers.liven(asked)) void ask(asked, command)
    const { conflicts } = world.storeCounts
    for (let n = 0; n < machines.count; n += 1) {
      machines.stop(n)
      while (machines.isStopping() && !world.isGivenUp()) await clock.advanceBy(1_000)
      machines.look()
      await clock.advanceBy(joinsMs)
    }
    return world.storeCounts.conflicts - conflicts
  }

  while (clock.monotonicNow() < endAt && !world.isGivenUp()) {
    live()
    await clock.advanceBy(tempo.stepMs())
    onProgress((clock.monotonicNow() - beganAt) / (endAt - beganAt))
  }
  while (machines.isStopping() && !world.isGivenUp()) await clock.advanceBy(1_000)
  world.becomeCalm()
  machines.comeBack()
  machines.look()
  machines.comeBack()
  if (world.isGivenUp()) machines.powerCut(calmMs)
  await clock.advanceBy(settledAfterMs)
  const calmFrom = clock.monotonicNow()
  const { conflicts } = world.storeCounts
  await clock.advanceBy(calmMs - settledAfterMs)
  const calmConflicts = world.storeCounts.conflicts - conflicts
  const releaseFrom = clock.monotonicNow()
  const releaseConflicts = await release()
  await clock.advanceBy(lastsMs)
  machines.look()
  over.abort()
  await projecting
  return reportOf(world, {
    until: clock.now() - lastsMs,
    calm: { from: calmFrom, until: releaseFrom, conflicts: calmConflicts },
    release: { from: releaseFrom, deaths: world.deaths, conflicts: releaseConflicts },
    acknowledged,
    outrun,
    heard: callees.heard,
    ended: machines.ended,
    models,
    counts: {
      ...mishaps.counts,
      replicas: machines.count,
      kills: machines.kills(),
      stops: machines.stops(),
      commands: count(),
    },
  })
}
