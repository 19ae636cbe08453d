// A checker that never found anything proves nothing: each of these breaks one promise on purpose,
// and the simulation has to say so within a few seeds.
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { simulate, type Sabotage } from './simulation.ts'

const findingsOver = async (seeds: number, sabotage: Sabotage): Promise<string[]> => {
  for (let seed = 1; seed <= seeds; seed++) {
    const { findings } = await simulate(seed, 10, sabotage)
    if (findings.length > 0) return findings.map((finding) => finding.what)
  }
  return []
}

test('an append without the revision check is found: its repeats are decided twice', async () => {
  const found = await findingsOver(6, {
    store: (store) => ({
      ...store,
      append: (appends) =>
        store.append(appends.map((append) => ({ ...append, expected: 'any' as const }))),
    }),
  })
  expect(found.join('\n')).toMatch(/verdicts|triggered twice|terminal events/)
})

test('an acknowledgement that does not wait for the append is found: something is missing', async () => {
  const found = await findingsOver(6, {
    store: (store) => ({
      ...store,
      append: (appends) => async () => {
        const answer = await store.append(appends)()
        if (E.isRight(answer) || appends.length === 0) return answer
        // Claims success for an append that was never answered.
        const head = await store.head()()
        const position = E.isRight(head) ? head.right : null
        const known = await store.readStream(appends[0]!.stream, {
          direction: 'backwards',
          limit: 1,
        })()
        const last = E.isRight(known) ? known.right[0] : undefined
        if (position === null || last === undefined) return answer
        return E.right([{ type: 'Appended' as const, revision: last.revision, position }])
      },
    }),
  })
  expect(found).not.toEqual([])
})

test('a forgotten take-over is found: runs never end', async () => {
  const found = await findingsOver(6, {
    agenda: (agenda, now) => ({
      ...agenda,
      dueThrough: (through, after, limit) => async () => {
        const rows = await agenda.dueThrough(through, after, limit)()
        return E.isLeft(rows) ? rows : E.right(rows.right.filter((row) => row.dueAt > now()))
      },
    }),
  })
  expect(found.join('\n')).toMatch(/0 terminal events|0 verdicts/)
})
