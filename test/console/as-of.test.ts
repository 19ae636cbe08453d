// Which questions are asked of a past moment, and how lists of what happened end there.
import { expect, test } from 'vitest'
import { asked } from '../../console/src/api/as-of.ts'

const then = '2026-11-23T08:00:00.000Z'
const parametersOf = (path: string) => Object.fromEntries(new URLSearchParams(path.split('?')[1]))

test('tasks and the agenda are asked as of the moment', () => {
  expect(parametersOf(asked('/tasks?q=a&limit=5', then))).toEqual({
    q: 'a',
    limit: '5',
    asOf: then,
  })
  expect(parametersOf(asked('/tasks?failing=true&sort=next', then))).toEqual({ asOf: then })
  expect(parametersOf(asked('/tasks/g/j', then))).toEqual({ asOf: then })
  expect(parametersOf(asked('/agenda/load?step=hour', then))).toMatchObject({ asOf: then })
})

test('lists of what happened end at the moment, or before where they already did', () => {
  expect(parametersOf(asked('/runs?limit=5', then))).toEqual({ limit: '5', to: then })
  const earlier = '2026-11-01T00:00:00.000Z'
  expect(parametersOf(asked(`/activity?to=${earlier}`, then))).toEqual({ to: earlier })
  expect(parametersOf(asked('/activity?to=2027-01-01T00:00:00.000Z', then))).toEqual({ to: then })
})

test('what has no past is asked as it is, and now nothing changes', () => {
  for (const path of ['/tasks/g/j/events?limit=1', '/runs/0123', '/groups', '/stats?step=day'])
    expect(asked(path, then)).toBe(path)
  expect(asked('/tasks?q=a', null)).toBe('/tasks?q=a')
})
