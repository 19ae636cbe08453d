// Texts with gaps: a value stands where its number does, and of one there is another word than of many.
import { expect, test } from 'vitest'
import { filled } from '../../console/src/say.ts'

test('one is said differently from any other number', () => {
  const text = '{0} {0:task|tasks} of {1}'
  expect([0, 1, 2, '1', '1,000'].map((count) => filled(text, [count, 'g']))).toEqual([
    '0 tasks of g',
    '1 task of g',
    '2 tasks of g',
    '1 task of g',
    '1,000 tasks of g',
  ])
})

test('what is not given is left out', () => {
  expect(filled('{0} and {1}', ['this'])).toBe('this and ')
})
