// Planted bugs have to fit the source as it is; plants.whole.test.ts lets some of them be found.
import { expect, test } from 'vitest'
import { planted } from './planting.ts'
import { plants } from './plants.ts'

test('every bug to plant changes one place of the source as it is', () => {
  const fitting = Object.keys(plants).filter((name) => planted(plants[name]!) !== null)
  expect(fitting).toEqual(Object.keys(plants))
})
