// What befalls the processes themselves, a little at every step: killed, stopped in order, standing
// still, their clocks set; all of them without power for minutes; and the database's own clock set.
import type { Machines } from './machines.ts'
import type { Tempo } from './tempo.ts'
import type { World } from './world.ts'

export interface Mishaps {
  readonly befall: () => void
  /** Soon after a change was acknowledged is a bad time to die: it may stand in no agenda yet. */
  readonly afterAcknowledging: () => void
  readonly counts: {
    suspensions: number
    clockSteps: number
    sharedSteps: number
    powerCuts: number
  }
}

export const createMishaps = (
  world: World,
  machines: Machines,
  tempo: Tempo,
  restartProjector: () => void,
): Mishaps => {
  const { chance, clock, goesWrong, trace } = world
  const counts = { suspensions: 0, clockSteps: 0, sharedSteps: 0, powerCuts: 0 }
  /** In some worlds the database's own clock is set now and then. */
  const jumpy = chance.happens(0.2)

  const kill = (why: string): void => {
    const able = machines.able()
    able[chance.between(0, able.length - 1)]?.kill(why)
  }

  const stepSharedClock = (): void => {
    const farMs = chance.happens(0.1) ? 3_600_000 : 90_000
    const byMs = chance.pick([-1, 1]) * chance.between(500, farMs)
    counts.sharedSteps += 1
    clock.stepWall(byMs)
    trace.note('world', `the database's clock is set by ${byMs} ms`)
  }

  const disturbOne = (): void => {
    const able = machines.able()
    const victim = able[chance.between(0, able.length - 1)]
    if (victim === undefined) return
    if (goesWrong(0.025)) {
      counts.suspensions += 1
      victim.suspend(
        chance.happens(0.5) ? chance.between(100, 5_000) : chance.between(5_000, 60_000),
      )
    }
    if (goesWrong(0.02)) {
      counts.clockSteps += 1
      victim.stepClock(chance.pick([-3_600_000, -5_000, -700, 700, 5_000, 3_600_000]))
    } else if (goesWrong(0.05)) victim.setClockRight()
  }

  return {
    counts,
    befall: () => {
      if (goesWrong(0.02)) restartProjector()
      if (goesWrong(0.015)) machines.stopOne()
      if (goesWrong(0.02)) kill('kill -9')
      disturbOne()
      if (jumpy && goesWrong(0.02)) stepSharedClock()
      if (!tempo.isRush() && goesWrong(0.001)) {
        counts.powerCuts += 1
        machines.powerCut(chance.between(60_000, 1_200_000))
      }
    },
    afterAcknowledging: () => {
      if (!goesWrong(0.03)) return
      clock.setTimer(chance.between(0, 2_000), () => {
        if (!world.isCalm()) kill('kill -9 soon after an answer')
      })
    },
  }
}
