// A checker that never found anything proves nothing: each of these breaks one promise on purpose,
// and the simulation has to say so within a few seeds.
import { expect, test } from 'vitest'
import { sabotages } from './sabotages.ts'
import { simulate } from './simulation.ts'

const firstSeed = 20
const seeds = 20
const timeoutMs = 60_000

const findingsOver = async (name: string): Promise<string> => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const { findings } = await simulate(seed, 10, sabotages[name])
    if (findings.length > 0) return findings.map(({ what }) => what).join('\n')
  }
  return ''
}

const cases: readonly (readonly [name: string, what: string, told: RegExp])[] = [
  ['skip-revision-check', 'repeats are decided twice', /verdicts|triggered twice|terminal events/],
  ['acknowledge-before-append', 'what was promised is missing', /is missing|0 verdicts|0 terminal/],
  ['forget-take-over', 'runs never end', /0 terminal events|0 verdicts/],
  [
    'decide-anew-after-no-answer',
    'what had landed is done again',
    /took effect twice|ended \d times/,
  ],
  ['forget-heartbeats', 'the end of a killed process is told by nobody', /its end is told wrong/],
]

test.each(cases)('planted: %s is found, %s', { timeout: timeoutMs }, async (name, _what, told) => {
  expect(await findingsOver(name)).toMatch(told)
})
