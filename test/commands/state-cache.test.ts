// Which states are kept: those used last, however they were set, read, deleted and set again between.
import { expect, test } from 'vitest'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createChance } from '../support/chance.ts'

test('what was used longest ago is forgotten first', () => {
  const chance = createChance(1)
  const cache = createStateCache<string>(5)
  let kept: string[] = []
  for (let n = 0; n < 5_000; n += 1) {
    const stream = `task-${chance.between(0, 11)}`
    const others = kept.filter((one) => one !== stream)
    const draw = chance.next()
    if (draw < 0.02) {
      cache.clear()
      kept = []
    } else if (draw < 0.15) {
      cache.delete(stream)
      kept = others
    } else if (draw < 0.5) {
      const isKept = kept.includes(stream)
      expect(cache.get(stream)?.state, `${n}: ${stream}`).toBe(isKept ? stream : undefined)
      if (isKept) kept = [...others, stream]
    } else {
      cache.set(stream, { state: stream, revision: null })
      kept = [...others, stream].slice(-5)
    }
  }
})
