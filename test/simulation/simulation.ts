// A deterministic run of the service under faults: some replicas over one store, and one seed that
// decides what callers do, how callees behave, what the store and the database do wrong, who is
// killed, stopped, suspended or set to the wrong time. Afterwards the faults cease, the service is left to
// finish, and what it left behind is held against the reference model and the other checks.
import * as E from 'fp-ts/lib/Either.js'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import { streamOfNode, type NodeId } from '../../src/domain/node/ids.ts'
import { streamOfTask, type RunId } from '../../src/domain/task/ids.ts'
import { createCallees } from './callees.ts'
import { drawCommand } from './callers.ts'
import {
  checkAcknowledged,
  checkAskedOnce,
  checkCalls,
  checkLives,
  checkTime,
  checkWithdrawn,
  type Acknowledged,
} from './checks.ts'
import { createBody } from './guard.ts'
import { createReadModels } from './read-models.ts'
import { checkLog, type Finding } from './reference.ts'
import { portsOf, startReplica, type Replica } from './replica.ts'
import { createWorld, type Sabotage, type World } from './world.ts'

export interface SimulationReport {
  readonly findings: readonly Finding[]
  readonly events: number
  readonly runs: number
  readonly replicas: number
  readonly kills: number
  readonly stops: number
  readonly suspensions: number
  readonly clockSteps: number
  /** Of the database's clock. */
  readonly sharedSteps: number
  readonly takeOvers: number
  readonly commands: number
  readonly calls: number
  /** Two runs with the same digest went the same way, step by step. */
  readonly digest: number
  /** What led to a finding, oldest first. */
  readonly tell: (stream: string | null, linesMax: number) => readonly string[]
}

const machinesMax = 3
const calmMs = 150_000

interface Machine {
  readonly name: string
  readonly schedules: boolean
  stopping: boolean
  replica: Replica | null
  startAt: number
}

export const simulate = async (
  seed: number,
  minutes: number,
  sabotage: Sabotage = (ports) => ports,
  onProgress: (share: number) => void = () => undefined,
): Promise<SimulationReport> => {
  const world = createWorld(seed)
  const { clock, chance, trace } = world
  const counts = { kills: 0, stops: 0, suspensions: 0, clockSteps: 0, sharedSteps: 0, commands: 0 }
  const acknowledged: Acknowledged[] = []
  const killed = new Set<string>()
  const machines = Array.from({ length: chance.between(1, machinesMax) }, (_, n): Machine => ({
    name: `m${n + 1}`,
    schedules: n === 0 || chance.happens(0.8),
    stopping: false,
    replica: null,
    startAt: clock.now() + n * 500,
  }))
  /** In some worlds the database's own clock is set now and then. */
  const jumpy = chance.happens(0.2)
  let lives = 0
  let lastRun: RunId | null = null

  const able = (): readonly Replica[] =>
    machines.flatMap(({ replica }) =>
      replica !== null && replica.isAlive() && replica.isAwake() ? [replica] : [],
    )

  const ask = async (replica: Replica, command: TaskCommand): Promise<void> => {
    counts.commands += 1
    const stream = streamOfTask(command.taskId)
    const asked = `${command.type} #${counts.commands}`
    trace.note(replica.name, `is asked for ${asked}`, stream)
    const context = { source: 'api', correlationId: asked, actor: 'sim' } as const
    const handled = await replica.commands.handle(command, context)()
    if (E.isLeft(handled))
      return trace.note(replica.name, `refuses ${asked}: ${handled.left.type}`, stream)
    const { events, revision } = handled.right
    trace.note(replica.name, `acknowledges ${asked} at revision ${revision ?? 'none'}`, stream)
    for (const event of events) if (event.type === 'TaskTriggered') lastRun = event.runId
    if (revision !== null && events.length > 0)
      acknowledged.push({
        stream,
        revision,
        types: events.map(({ type }) => type),
        node: replica.name,
        at: clock.monotonicNow(),
      })
  }

  const callees = createCallees(world, (taskId, runId, success) => {
    const replica = able().find(({ isReady }) => isReady())
    if (replica === undefined) return
    const { now } = replica
    const report = { type: 'ReportRun', taskId, runId, success, resultValue: null } as const
    void ask(replica, { ...report, issuedAt: now(), chance: chance.next() })
  })

  const start = (machine: Machine): void => {
    lives += 1
    const pid = lives
    const name = `${machine.name}.${pid}`
    trace.note(name, 'starts')
    const body = createBody(world, name)
    const ports = sabotage(portsOf(world, body, name, callees.reachedFrom(name)), () => clock.now())
    const identity = { name, machine: machine.name, pid, schedules: machine.schedules }
    machine.replica = startReplica(
      world,
      identity,
      body,
      ports,
      ({ place, pid: other }) => place === machine.name && other !== pid,
    )
  }

  const models = createReadModels(world.store, chance)
  const over = new AbortController()
  const projecting = models.run(over.signal)
  const beganAt = clock.monotonicNow()
  const endAt = beganAt + minutes * 60_000

  const look = (): void => {
    for (const machine of machines) {
      const { replica } = machine
      if (replica !== null && !replica.isAlive()) {
        killed.add(streamOfNode(replica.name as NodeId))
        if (!machine.stopping) counts.kills += 1
        machine.stopping = false
        machine.replica = null
        machine.startAt = clock.now() + restInMs(world)
      }
      if (machine.replica === null && machine.startAt <= clock.now()) start(machine)
    }
  }

  const stopOne = (): void => {
    const machine = machines[chance.between(0, machines.length - 1)]
    const replica = machine?.replica
    if (machine === undefined || !replica?.isAlive() || machine.stopping) return
    counts.stops += 1
    machine.stopping = true
    void replica.stop()
  }

  while (clock.monotonicNow() < endAt) {
    look()
    if (world.goesWrong(0.006)) stopOne()
    disturb(world, able(), counts, models.restart)
    if (jumpy && world.goesWrong(0.01)) {
      counts.sharedSteps += 1
      stepSharedClock(world)
    }
    const replicas = able().filter(({ isReady }) => isReady())
    const asked = replicas[chance.between(0, Math.max(0, replicas.length - 1))]
    if (asked !== undefined && chance.happens(0.4))
      void ask(asked, drawCommand(chance, asked, lastRun))
    await clock.advanceBy(stepMs(world))
    onProgress((clock.monotonicNow() - beganAt) / (endAt - beganAt))
  }
  while (machines.some(({ replica, stopping }) => stopping && replica?.isAlive()))
    await clock.advanceBy(1_000)
  world.becomeCalm()
  for (const machine of machines) machine.startAt = Math.min(machine.startAt, clock.now())
  look()
  for (const { replica } of machines) replica?.setClockRight()
  await clock.advanceBy(calmMs)
  look()
  over.abort()
  await projecting

  const log = world.log()
  const findings: readonly Finding[] = [
    ...world.troubles.map((what) => ({ stream: 'troubles', what })),
    ...checkLog(log, clock.now() - 2_000),
    ...checkAcknowledged(log, acknowledged),
    ...checkAskedOnce(log),
    ...checkCalls(log, callees.heard),
    ...checkWithdrawn(log, acknowledged, callees.heard),
    // While the shared clock itself jumps, nobody can have been ahead of it.
    ...(counts.sharedSteps === 0 ? checkTime(log) : []),
    ...checkLives(log, killed),
    ...models.differences(log).map((what) => ({ stream: 'read models', what })),
  ]
  const countOf = (wanted: string): number => log.filter(({ type }) => type === wanted).length
  return {
    findings,
    events: log.length,
    runs: countOf('TaskTriggered'),
    takeOvers: countOf('RecallTakenOver'),
    replicas: machines.length,
    ...counts,
    calls: callees.heard.length,
    digest: trace.digest(),
    tell: trace.tell,
  }
}

/** Often to where it is tight: around the whole seconds at which most occurrences are planned. */
const stepMs = ({ chance, clock }: World): number => {
  if (chance.happens(0.6)) return chance.between(50, 3_000)
  const next = Math.ceil((clock.now() + 50) / 1_000) * 1_000 + chance.between(-6, 8)
  return next - clock.now() + 1_000 * chance.between(0, 2)
}

const stepSharedClock = ({ chance, clock, trace }: World): void => {
  const byMs = chance.pick([-1, 1]) * chance.between(500, 90_000)
  clock.stepWall(byMs)
  trace.note('world', `the database's clock is set by ${byMs} ms`)
}

const restInMs = ({ chance, isCalm }: World): number => {
  if (isCalm()) return 0
  return chance.happens(0.3) ? chance.between(1_000, 120_000) : 200
}

/** What befalls the processes themselves, a little at every step. */
const disturb = (
  world: World,
  replicas: readonly Replica[],
  counts: { suspensions: number; clockSteps: number },
  restartProjector: () => void,
): void => {
  const { chance, goesWrong } = world
  const victim = replicas[chance.between(0, Math.max(0, replicas.length - 1))]
  if (goesWrong(0.01)) restartProjector()
  if (victim === undefined) return
  if (goesWrong(0.006)) victim.kill('kill -9')
  if (goesWrong(0.008)) {
    counts.suspensions += 1
    victim.suspend(chance.happens(0.5) ? chance.between(100, 5_000) : chance.between(5_000, 60_000))
  }
  if (goesWrong(0.006)) {
    counts.clockSteps += 1
    victim.stepClock(chance.pick([-3_600_000, -5_000, -700, 700, 5_000, 3_600_000]))
  } else if (goesWrong(0.02)) victim.setClockRight()
}
