// The description of the API is made from what decodes, and is whole. That answers are as described
// is held in every test that asks the API (test/support/described.ts).
import { Router } from '@koa/router'
import { Validator, type Schema } from '@cfworker/json-schema'
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import '../../src/api/known.ts'
import { described, descriptionOf } from '../../src/api/described.ts'
import { callAt, callsByName } from '../../src/api/dispatchserver/paths.ts'
import { describeApi } from '../../src/api/openapi/document.ts'
import { createComponents, schemaOf } from '../../src/api/openapi/schema-of.ts'
import { Instant } from '../../src/domain/instant.ts'
import { LocalDate, TimeOfDay, YearlyDate } from '../../src/domain/schedule/calendar.ts'
import { KeyPart, RunId } from '../../src/domain/task/ids.ts'
import { Position, Revision } from '../../src/event-store/event-store.ts'
import { startApi, type TestApi } from '../support/api.ts'
import { holdTo } from '../support/described.ts'

let api: TestApi
// Looked into as callers do, without a type.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
let openapi: any
beforeAll(async () => {
  api = await startApi()
  openapi = (await api.get('/api/v1/openapi.json')).json
})
afterAll(() => api.close())

interface Listed {
  readonly method: string
  readonly path: string
  readonly operation: {
    readonly operationId: string
    readonly parameters: readonly { readonly $ref?: string; readonly name?: string }[]
    readonly responses: Readonly<Record<string, unknown>>
  }
}
const operations = (): readonly Listed[] =>
  Object.entries(openapi.paths as Record<string, Record<string, Listed['operation']>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )

describe('every route is described', () => {
  test('one that is not stops the description, and so does a description of none', async () => {
    const router = new Router()
    router.get('/api/v1/new', () => undefined)
    expect(() => describeApi(router)).toThrow('nobody describes GET /api/v1/new')
    expect(() => describeApi(new Router())).toThrow('described, but no route: GET /api/v1/groups')
  })

  test('every path that is described is there, for its method', async () => {
    for (const { method, path } of operations()) {
      const real = path.replaceAll('{runId}', 'a'.repeat(32)).replaceAll(/\{\w+\}/g, 'x')
      // What has no end is asked for its head alone.
      const verb = path === '/api/v1/feed' ? 'HEAD' : method.toUpperCase()
      const { json } = await api.send(verb, real, undefined)
      const isMissing = ['Not found', 'Method not allowed'].includes(json.title as string)
      expect(isMissing && !path.startsWith('/api/v1/bulk/{id}'), `${method} ${path}`).toBe(false)
    }
  })

  test('so are all names of the old calls', () => {
    const described = operations().map(({ path }) => callAt(path, []))
    expect(new Set(described)).toEqual(new Set([...Object.values(callsByName), 'elsewhere']))
  })

  test('each has a name of its own, and whose tasks it is about', () => {
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation } of operations())
      if (!/openapi|health/.test(path))
        expect(operation.parameters, path).toContainEqual({
          $ref: '#/components/parameters/X-Tenant',
        })
  })

  test('parameters are those the question reads', () => {
    const why = openapi.paths['/api/v1/tasks/{group}/{job}/why'].get
    expect(why.parameters).toContainEqual(
      expect.objectContaining({ name: 'at', in: 'query', required: true }),
    )
  })
})

describe('limits are those that hold', () => {
  const definition = {
    schedule: { type: 'cron', expression: '0 0 2 * * ?' },
    recall: { type: 'http', url: 'http://127.0.0.1:9/' },
  }
  const put = (body: object) => api.send('PUT', '/api/v1/tasks/a/b?dryRun=true', body)
  const within = (name: string, field: string, value: number): object => {
    if (name === 'PolicyBody') return { ...definition, policy: { [field]: value } }
    if (name === 'RetriesBody') return { ...definition, policy: { retries: { [field]: value } } }
    return { ...definition, schedule: { ...definition.schedule, [field]: value } }
  }

  test.each(['PolicyBody', 'RetriesBody', 'CronScheduleBody'])('%s', async (name) => {
    const limited = Object.entries(
      openapi.components.schemas[name].properties as Record<string, Schema>,
    ).filter(([, { maximum }]) => maximum !== undefined)
    expect(limited.length).toBeGreaterThan(3)
    for (const [field, { minimum = 0, maximum = 0 }] of limited) {
      for (const value of [minimum, maximum])
        expect((await put(within(name, field, value))).status, `${field} ${value}`).toBe(200)
      const { status, json } = await put(within(name, field, maximum + 1))
      expect([status, json.problems?.[0]?.field], field).toEqual([
        400,
        expect.stringMatching(new RegExp(`\\.${field}$`)),
      ])
    }
  })
})

describe('what only a predicate knows', () => {
  test('is described, or stops the description', () => {
    const Odd = t.refinement(t.number, (n) => n % 2 === 1, 'Odd')
    expect(() => schemaOf(Odd, createComponents())).toThrow('nobody says what Odd is')
    const twins = t.type({
      a: described(t.type({ x: t.string }), { name: 'Twin' }),
      b: described(t.type({ y: t.string }), { name: 'Twin' }),
    })
    expect(() => schemaOf(twins, createComponents())).toThrow('two codecs are called Twin')
  })

  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 300 }))
  const digits = fc.string({
    unit: fc.constantFrom(...Array.from('0123456789abcdef')),
    maxLength: 33,
  })
  // Years with more than four digits are instants too, but no `date-time`.
  const date = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
  const cases: readonly (readonly [string, t.Mixed, fc.Arbitrary<unknown>])[] = [
    ['KeyPart', KeyPart, text],
    [
      'RunId',
      RunId,
      fc.oneof(
        digits,
        digits.map((d) => d.padEnd(32, '0').slice(0, 32)),
      ),
    ],
    ['Position', Position, text],
    ['Revision', Revision, fc.oneof(fc.integer(), fc.double())],
    ['Instant', Instant, date.map((date) => date.toISOString())],
    ['LocalDate', LocalDate, date.map((d) => d.toISOString().slice(0, 10))],
    ['YearlyDate', YearlyDate, date.map((d) => d.toISOString().slice(5, 10))],
    ['TimeOfDay', TimeOfDay, date.map((d) => d.toISOString().slice(11, 16))],
  ]
  test.each(cases)('%s: what decodes fits its description', (_, codec, values) => {
    const validator = new Validator((descriptionOf(codec).schema ?? false) as Schema)
    fc.assert(
      fc.property(values, (value) => {
        if (E.isRight(codec.decode(value))) expect(validator.validate(value).valid).toBe(true)
      }),
    )
  })
})

test('an answer that is not as described is noticed', () => {
  const hold = holdTo(openapi)
  const json = { groups: [], asOf: { position: null } }
  const exchange = {
    method: 'GET',
    path: '/api/v1/groups?after=x',
    status: 200,
    headers: new Headers({ 'content-type': 'application/json; charset=utf-8' }),
  }
  expect(() => hold({ ...exchange, json })).not.toThrow()
  expect(() => hold({ ...exchange, json: { ...json, more: 1 } })).toThrow(
    'otherwise than described',
  )
  expect(() => hold({ ...exchange, json: { groups: 1 } })).toThrow('otherwise than described')
  expect(() => hold({ ...exchange, status: 418, json })).toThrow('not described')
  expect(() => hold({ ...exchange, headers: new Headers(), json })).toThrow('not described')
})
