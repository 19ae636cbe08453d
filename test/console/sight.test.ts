// Which rows of a long table exist, and what happens to its pages when they are asked for again.
import { expect, test } from 'vitest'
import { put } from '../../console/src/list/endless.ts'
import { sightOf } from '../../console/src/list/sight.ts'

test('at the top the first rows and some ahead are drawn, however many there are', () => {
  expect(sightOf(100, 900, 50, 100_000)).toEqual({ from: 0, to: 30 })
})

test('in the middle rows are drawn on both sides of what can be seen', () => {
  const { from, to } = sightOf(-50_000, 900, 50, 100_000)
  expect(from).toBeLessThan(1_000)
  expect(to).toBeGreaterThan(1_018)
  expect(to - from).toBeLessThan(60)
})

test('no more rows are drawn than there are, also where the list became shorter than the window', () => {
  expect(sightOf(100, 900, 50, 7)).toEqual({ from: 0, to: 7 })
  expect(sightOf(-50_000, 900, 50, 7)).toEqual({ from: 7, to: 7 })
})

const page = (cursor: string | null, rows: readonly number[], next: string | null) => ({
  cursor,
  rows,
  next,
})
const pages = [page(null, [1, 2], 'a'), page('a', [3, 4], 'b'), page('b', [5], null)]

test('a page that ends where it ended is replaced, and the others stay', () => {
  const fresh = page('a', [3, 40], 'b')
  expect(put(pages, fresh)).toEqual([pages[0], fresh, pages[2]])
})

test('what follows a page that ends elsewhere now is fetched anew', () => {
  expect(put(pages, page(null, [0, 1], 'z'))).toEqual([page(null, [0, 1], 'z')])
})

test('a page of a list that has begun anew in the meantime is not put into it', () => {
  expect(put([page(null, [9], 'q')], page('a', [3, 4], 'b'))).toEqual([page(null, [9], 'q')])
  expect(put([], page(null, [1], null))).toEqual([page(null, [1], null)])
})
