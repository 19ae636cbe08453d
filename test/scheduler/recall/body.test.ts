// The body of a recall serves both styles of callee and changes no number.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recallBody } from '../../../src/scheduler/recall/transports/body.ts'
import { runId } from '../../support/recall.ts'

const id = `"tasklogid":"${runId}"`

test.each([
  ['{}', `{"data":{},${id}}`],
  [
    '{"a":1.10,"n":12345678901234567890}',
    `{"a":1.10,"n":12345678901234567890,"data":{"a":1.10,"n":12345678901234567890},${id}}`,
  ],
  ['{"data":1,"tasklogid":"x","b":2}', `{"b":2,"data":{"data":1,"tasklogid":"x","b":2},${id}}`],
  ['"plain text"', `{"data":"plain text",${id}}`],
  ['null', `{"data":null,${id}}`],
  ['[1,2]', `{"data":[1,2],${id}}`],
  ['{ "a" :\n 1 }', `{"a":1,"data":{"a":1},${id}}`],
  ['{"a":1,"a":2}', `{"a":2,"data":{"a":2},${id}}`],
  ['not json', `{"data":"not json",${id}}`],
  ['{"任务":"测试"}', `{"任务":"测试","data":{"任务":"测试"},${id}}`],
])('%s becomes %s', (dataJson, body) => {
  expect(recallBody(dataJson, runId)).toBe(body)
})

test('any payload arrives under data, and is one line', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const dataJson = JSON.stringify(value)
      const body = recallBody(dataJson, runId)
      const read: unknown = JSON.parse(body)
      expect(read).toMatchObject({ tasklogid: runId })
      expect(read).toHaveProperty('data', JSON.parse(dataJson))
      expect(body).not.toMatch(/[\n\r]/)
    }),
  )
})

test('a key named __proto__ is a key like any other', () => {
  expect(recallBody('{"__proto__":{"x":1}}', runId)).toBe(
    `{"__proto__":{"x":1},"data":{"__proto__":{"x":1}},${id}}`,
  )
})
