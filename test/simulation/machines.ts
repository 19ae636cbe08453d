// The machines on which processes of the service live and die, one after the other on each.
import { streamOfNode, type NodeId } from '../../src/domain/node/ids.ts'
import { createBody } from './guard.ts'
import type { Callees } from './callees.ts'
import { portsOf, startReplica, type Replica } from './replica.ts'
import type { Sabotage, World } from './world.ts'

export interface Machines {
  readonly count: number
  readonly kills: () => number
  readonly stops: () => number
  /** Streams of processes that have ended, in order or not. */
  readonly ended: ReadonlySet<string>
  /** Notices who has died, and starts whoever is due. */
  readonly look: () => void
  /** Processes that are alive and not standing still. */
  readonly able: () => readonly Replica[]
  readonly stopOne: () => void
  /** In order, as a release does it: the first machine's process, the second's … */
  readonly stop: (n: number) => void
  /** All at once, and nobody comes back for so long. */
  readonly powerCut: (forMs: number) => void
  readonly isStopping: () => boolean
  /** Whoever rests comes back now. */
  readonly comeBack: () => void
}

interface Machine {
  readonly name: string
  readonly schedules: boolean
  stopping: boolean
  replica: Replica | null
  startAt: number
}

const machinesMax = 3

export const createMachines = (
  world: World,
  sabotage: Sabotage,
  reachedFrom: Callees['reachedFrom'],
): Machines => {
  const { clock, chance, trace } = world
  const ended = new Set<string>()
  let kills = 0
  let stops = 0
  let lives = 0
  let darkUntil = 0
  const machines = Array.from({ length: chance.between(1, machinesMax) }, (_, n): Machine => ({
    name: `m${n + 1}`,
    schedules: n === 0 || chance.happens(0.8),
    stopping: false,
    replica: null,
    startAt: clock.monotonicNow() + n * 500,
  }))

  const start = (machine: Machine): void => {
    lives += 1
    const pid = lives
    const name = `${machine.name}.${pid}`
    trace.note(name, 'starts')
    const body = createBody(world, name)
    const ports = sabotage(portsOf(world, body, name, reachedFrom(name)), () => clock.now())
    const identity = { name, machine: machine.name, pid, schedules: machine.schedules }
    const hasEnded = ({ place, pid: other }: { readonly place: string; readonly pid: number }) =>
      place === machine.name && other !== pid
    machine.replica = startReplica(world, identity, body, ports, hasEnded)
  }

  const stop = (n: number): void => {
    const machine = machines[n]
    const replica = machine?.replica
    if (machine === undefined || !replica?.isAlive() || machine.stopping) return
    stops += 1
    machine.stopping = true
    void replica.stop()
  }

  return {
    count: machines.length,
    kills: () => kills,
    stops: () => stops,
    ended,
    look: () => {
      for (const machine of machines) {
        const { replica } = machine
        if (replica !== null && !replica.isAlive()) {
          ended.add(streamOfNode(replica.name as NodeId))
          if (!machine.stopping) kills += 1
          machine.stopping = false
          machine.replica = null
          machine.startAt = Math.max(darkUntil, clock.monotonicNow() + restInMs(world))
        }
        if (machine.replica === null && machine.startAt <= clock.monotonicNow()) start(machine)
      }
    },
    able: () =>
      machines.flatMap(({ replica }) =>
        replica !== null && replica.isAlive() && replica.isAwake() ? [replica] : [],
      ),
    stopOne: () => stop(chance.between(0, machines.length - 1)),
    stop,
    powerCut: (forMs) => {
      darkUntil = clock.monotonicNow() + forMs
      trace.note('world', `the power is cut for ${forMs} ms`)
      for (const { replica } of machines) replica?.kill('the power is cut')
    },
    isStopping: () => machines.some(({ replica, stopping }) => stopping && replica?.isAlive()),
    comeBack: () => {
      darkUntil = 0
      for (const machine of machines) {
        machine.startAt = Math.min(machine.startAt, clock.monotonicNow())
        machine.replica?.setClockRight()
      }
    },
  }
}

const restInMs = ({ chance, isCalm }: World): number => {
  if (isCalm()) return 0
  const draw = chance.next()
  if (draw < 0.1) return chance.between(20_000, 180_000)
  return draw < 0.4 ? chance.between(1_000, 20_000) : 200
}
