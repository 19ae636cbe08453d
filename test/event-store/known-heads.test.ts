import { expect, test } from 'vitest'
import { revisionOf } from '../../src/event-store/checked.ts'
import type { AppendOutcome } from '../../src/event-store/event-store.ts'
import { createKnownHeads } from '../../src/event-store/postgres/known-heads.ts'
import { positionFrom } from '../../src/event-store/postgres/position.ts'

const at = (stream: string, expected: number) => ({ stream, expected })
const appended = (revision: number): AppendOutcome => ({
  type: 'Appended',
  revision: revisionOf(revision),
  position: positionFrom('1'),
})
const conflict: AppendOutcome = { type: 'Conflict', actual: null }

test('only exactly what was stored is vouched for, and a batch only as a whole', () => {
  const heads = createKnownHeads()
  expect(heads.vouch([at('a', 0)])).toBeNull()
  heads.learn(3, [at('a', -1), at('b', 6)], [appended(1), appended(7)])
  expect(heads.vouch([at('a', 1), at('b', 7)])).toBe(3)
  expect(heads.vouch([at('a', 0)])).toBeNull()
  expect(heads.vouch([at('a', 2)])).toBeNull()
  expect(heads.vouch([at('a', 1), at('c', 0)])).toBeNull()
  expect(heads.vouch([at('a', 1), at('b', -2)])).toBeNull()
})

test('a newer count of truncations ends what was known, an older answer teaches nothing', () => {
  const heads = createKnownHeads()
  heads.learn(3, [at('a', 0)], [appended(1)])
  heads.learn(4, [at('b', 0)], [appended(1)])
  heads.learn(3, [at('c', 0)], [appended(1)])
  expect(heads.vouch([at('a', 1)])).toBeNull()
  expect(heads.vouch([at('b', 1)])).toBe(4)
  expect(heads.vouch([at('c', 1)])).toBeNull()
})

test('a conflict ends what was known, and so does a lost connection', () => {
  const heads = createKnownHeads()
  heads.learn(0, [at('a', 0)], [appended(1)])
  heads.learn(0, [at('b', 0), at('c', 0)], [conflict, appended(1)])
  expect(heads.vouch([at('a', 1)])).toBeNull()
  expect(heads.vouch([at('c', 1)])).toBe(0)
  heads.forget()
  expect(heads.vouch([at('c', 1)])).toBeNull()
})
