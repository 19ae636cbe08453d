// How time goes by. Troubles come in rushes: half a minute in which people ask for much, tasks fire by
// the second and processes come and go; between them lie minutes in which little happens and the clock
// takes long steps. An hour so costs little and still meets most situations many times.
import type { World } from './world.ts'

export interface Tempo {
  readonly isRush: () => boolean
  /** True once, when a rush is over. */
  readonly hasEbbed: () => boolean
  readonly stepMs: () => number
}

const rushMs = { from: 15_000, to: 60_000 }
const lullMs = { from: 60_000, to: 480_000 }

export const createTempo = ({ chance, clock }: World): Tempo => {
  let rush = true
  let turnsAt = clock.monotonicNow() + chance.between(rushMs.from, rushMs.to)

  /** Often to where it is tight: around the whole seconds at which most occurrences are planned. */
  const rushStepMs = (): number => {
    if (chance.happens(0.6)) return chance.between(50, 2_000)
    const next = Math.ceil((clock.now() + 50) / 1_000) * 1_000 + chance.between(-6, 8)
    return next - clock.now() + 1_000 * chance.between(0, 1)
  }

  return {
    isRush: () => rush,
    hasEbbed: () => {
      if (clock.monotonicNow() < turnsAt) return false
      rush = !rush
      const { from, to } = rush ? rushMs : lullMs
      turnsAt = clock.monotonicNow() + chance.between(from, to)
      return !rush
    },
    stepMs: () => {
      if (rush) return rushStepMs()
      return Math.max(1, Math.min(chance.between(1_000, 20_000), turnsAt - clock.monotonicNow()))
    },
  }
}
