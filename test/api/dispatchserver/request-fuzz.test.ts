// Whatever bytes arrive: an answer, soon, and no harm. Random bytes, and requests of real callers
// with bytes changed, cut, doubled and spliced.
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeAdd } from '../../../src/api/dispatchserver/request/add.ts'
import { decodeCaller } from '../../../src/api/dispatchserver/request/caller.ts'
import { decodeKey, decodeReport } from '../../../src/api/dispatchserver/request/key.ts'
import { TaskDefinition } from '../../../src/domain/task/definition.ts'
import { addDefaults, decodedAdd, parametersOf, simpleAdd } from '../../support/dispatchserver.ts'

const seeds = readFileSync(
  new URL('../../vectors/dispatchserver-requests.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { contentType: string | null; body: string })
  .filter(({ body }) => body !== '')

/** Decodes as every call there is; what is accepted must be a definition that can be stored. */
const survive = (body: Uint8Array, contentType: string | null, query: string): void => {
  const parameters = parametersOf(body, contentType, query)
  if (E.isLeft(parameters)) {
    expect(parameters.left.length).toBeGreaterThan(0)
    return
  }
  decodeKey(parameters.right)
  decodeReport(parameters.right)
  const added = decodeAdd(parameters.right, addDefaults)
  if (E.isLeft(added)) {
    expect(added.left.length).toBeGreaterThan(0)
    return
  }
  const stored: unknown = JSON.parse(JSON.stringify(TaskDefinition.encode(added.right.definition)))
  expect(E.isRight(TaskDefinition.decode(stored))).toBe(true)
  JSON.parse(added.right.definition.dataJson)
}

const contentTypes = fc.option(
  fc.constantFrom(
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=----iuap7e3',
    'multipart/form-data',
    'text/plain',
  ),
)

type Edit = readonly [kind: 'set' | 'cut' | 'double' | 'insert', at: number, text: string]

const edits: fc.Arbitrary<Edit> = fc.tuple(
  fc.constantFrom('set' as const, 'cut' as const, 'double' as const, 'insert' as const),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.oneof(
    fc.constantFrom('{', '}', '"', '\\', '[', ']', '&', '=', '%', '%C8', '+', '\0', '\ud800', '-1'),
    fc.constantFrom('null', 'true', '1e999', '9'.repeat(40), '__proto__', 'constructor', '\r\n'),
    fc.string({ maxLength: 8 }),
  ),
)

const edited = (body: Buffer, [kind, share, text]: Edit): Buffer => {
  const at = Math.floor(share * body.length)
  const piece = Buffer.from(text)
  switch (kind) {
    case 'set':
      return Buffer.concat([body.subarray(0, at), piece, body.subarray(at + piece.length)])
    case 'insert':
      return Buffer.concat([body.subarray(0, at), piece, body.subarray(at)])
    case 'double':
      return Buffer.concat([body.subarray(0, at), body])
    case 'cut':
      return body.subarray(0, at)
  }
}

test('random bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), contentTypes, fc.string(), survive), {
    numRuns: 500,
  })
})

test('changed requests of real callers', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(edits, { minLength: 1, maxLength: 4 }),
      fc.option(contentTypes, { nil: undefined }),
      ({ contentType, body }, changes, otherType) => {
        survive(changes.reduce(edited, Buffer.from(body)), otherType ?? contentType, '')
      },
    ),
    { numRuns: 1_500 },
  )
})

test('any JSON in the place of any field', () => {
  const names = [
    'jobCode',
    'groupCode',
    'startDate',
    'endDate',
    'timeConfig',
    'priority',
    'timeZone',
  ]
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
      E.isLeft(decodedAdd(simpleAdd({ [name]: value })))
    }),
    { numRuns: 500 },
  )
})

test('any headers', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (cookie, tenant) => {
      decodeCaller({ cookie, 'x-tenant': tenant })
    }),
  )
})

test.each([
  ['a megabyte of quotes', '"'.repeat(1_000_000)],
  ['a megabyte of braces', '{'.repeat(1_000_000)],
  ['a megabyte of backslashes', `{"${'\\'.repeat(1_000_000)}`],
  ['a megabyte of equals signs', '='.repeat(1_000_000)],
  ['a megabyte of ampersands', '&'.repeat(1_000_000)],
  ['many unclosed objects in a form', 'a={&'.repeat(250_000)],
  ['many parameters', 'a=b&'.repeat(250_000)],
  ['a megabyte of boundaries', '--b\r\nContent-Disposition: x\r\n\r\n'.repeat(30_000)],
  ['a megabyte of line breaks in a part', `--b\r\n${'\r\n'.repeat(500_000)}`],
  ['a megabyte of blanks in a part', `--b\r\nContent-Disposition:;${' '.repeat(1_000_000)}`],
  ['a megabyte of digits', `{"taskConfig":{"startDate":"${'1'.repeat(1_000_000)}"}}`],
  ['a megabyte of blanks in a date', `{"taskConfig":{"startDate":"1${' '.repeat(1_000_000)}1"}}`],
  ['many keys', `{${Array.from({ length: 80_000 }, (_, i) => `"k${i}":1`).join()}}`],
  ['one key many times', `{${'"a":{"b":[1,2,3]},'.repeat(50_000)}"a":1}`],
  ['nested repeated keys', '{"a":1,"a":'.repeat(60) + '1' + '}'.repeat(60)],
])('%s is answered at once', (_name, body) => {
  for (const contentType of [null, 'application/json', 'multipart/form-data; boundary=b']) {
    const before = process.cpuUsage()
    survive(Buffer.from(body), contentType, '')
    const { user, system } = process.cpuUsage(before) // others may keep the machine busy
    expect((user + system) / 1000).toBeLessThan(2_500)
  }
})
