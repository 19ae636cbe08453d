// Figures as people read them.
import { expect, test } from 'vitest'
import { signed } from '../../console/src/format.ts'

test.each([
  [-0.04, '0.0'],
  [0.04, '0.0'],
  [0.05, '+0.1'],
  [-0.26, '-0.3'],
  [9.96, '+10.0'],
  [-12.6, '-13'],
  [3_600_000, '+3600000'],
])('a difference of %d reads %s', (value, text) => {
  expect(signed(value)).toBe(text)
})
