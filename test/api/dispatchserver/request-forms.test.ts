// One request in every form in which callers have been seen to send it, and forms that go wrong.
import * as E from 'fp-ts/lib/Either.js'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { fieldsOf, parametersOf } from '../../support/dispatchserver.ts'
import { right } from '../../support/either.ts'

const json = '{"jobName":"任务 1","groupName":"g&1"}'
const escaped = 'jobName=%E4%BB%BB%E5%8A%A1+1&groupName=g%261'
const formType = 'application/x-www-form-urlencoded'
const jsonType = 'application/json;charset=UTF-8'
const part = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const multipart = `${part('jobName', '任务 1')}${part('groupName', 'g&1')}--b--\r\n`

type Form = readonly [string, string | Buffer, string | null, string?]

const forms: readonly Form[] = [
  ['JSON', json, jsonType],
  ['JSON without a content type', json, null],
  ['JSON labelled as a form, as the JDK does', json, formType],
  ['JSON labelled as text', json, 'text/plain'],
  ['JSON labelled as multipart without a boundary', json, 'multipart/form-data'],
  ['JSON with a byte-order mark', `\ufeff${json}`, jsonType],
  ['JSON between blank lines', `\r\n ${json}\r\n`, jsonType],
  ['JSON in GB18030', iconv.encode(json, 'gb18030'), formType],
  ['JSON in UTF-16 with a mark', iconv.encode(`\ufeff${json}`, 'utf-16le'), jsonType],
  ['JSON in UTF-16, big end first', iconv.encode(`\ufeff${json}`, 'utf-16be'), jsonType],
  ['JSON in UTF-16 without a mark', iconv.encode(json, 'utf-16le'), jsonType],
  ['JSON in a JSON string', JSON.stringify(json), jsonType],
  ['JSON in a string in a string', JSON.stringify(JSON.stringify(json)), jsonType],
  ['JSON, percent-encoded as a whole', encodeURIComponent(json), formType],
  ['JSON, percent-encoded, with an equals sign', `${encodeURIComponent(json)}=`, formType],
  ['a form', escaped, formType],
  ['a form without a content type', escaped, null],
  ['a form labelled as JSON', escaped, jsonType],
  ['a form with a byte-order mark', `\ufeff${escaped}`, formType],
  ['a form, unescaped', 'jobName=任务 1&groupName=g%261', formType],
  ['a form in GBK escapes', 'jobName=%C8%CE%CE%F1+1&groupName=g%261', formType],
  ['a form in GBK bytes', iconv.encode('jobName=任务 1&groupName=g%261', 'gbk'), formType],
  ['a form with empty pairs', `&&${escaped}&`, formType],
  ['multipart', multipart, 'multipart/form-data; boundary=b'],
  ['multipart, boundary in quotes', multipart, 'multipart/form-data; boundary="b"'],
  ['multipart without a content type', multipart, null],
  ['multipart in GBK', iconv.encode(multipart, 'gbk'), 'multipart/form-data; boundary=b'],
  [
    'multipart with bare line feeds',
    multipart.replaceAll('\r', ''),
    'multipart/form-data; boundary=b',
  ],
  ['a query', '', null, escaped],
  ['query and body', 'jobName=任务 1', formType, 'groupName=g%261'],
  ['the body before the query', escaped, formType, 'jobName=other'],
  ['data=<json> in a form', `data=${encodeURIComponent(json)}`, formType],
  ['data=<json>, unescaped', `data=${json}`, formType],
  ['data=<json> in the query', '', null, `data=${encodeURIComponent(json)}`],
  ['data as an object', `{"data":${json}}`, jsonType],
  ['data as a string', JSON.stringify({ data: json }), jsonType],
  ['repeated keys: the last', `{"jobName":"x",${json.slice(1)}`, jsonType],
  ['repeated parameters: the last', `jobName=x&${escaped}`, formType],
]

describe('a request is understood', () => {
  test.each(forms.map((form) => ({ form })))('as $form.0', ({ form }) => {
    const [, body, contentType, query = ''] = form
    const parameters = right(parametersOf(body, contentType, query))
    expect(parameters).toEqual({ jobName: '任务 1', groupName: 'g&1' })
  })

  test('with unescaped JSON that holds ampersands', () => {
    const config = '{"option":{"url":"http://x/?a=1&b={2}"}}'
    expect(right(parametersOf(`recallConfig=${config}&replace=true`, formType))).toEqual({
      recallConfig: config,
      replace: 'true',
    })
  })

  test('with percent signs that are no escapes', () => {
    expect(right(parametersOf('a=100%&b=%zz&c=%4', formType))).toEqual({
      a: '100%',
      b: '%zz',
      c: '%4',
    })
  })

  test('with nothing in it', () => {
    expect(right(parametersOf(''))).toEqual({})
    expect(right(parametersOf(' \r\n', jsonType))).toEqual({})
  })

  test('and a field called data is a wrapper only where nothing else is known', () => {
    const both = { jobName: 'a', data: '{"jobName":"b"}' }
    expect(right(parametersOf(JSON.stringify(both)))).toEqual(both)
  })
})

describe('a request is refused by name', () => {
  test.each([
    ['broken JSON', '{"replace":true,', jsonType],
    ['broken JSON labelled as a form', '{"replace":true,', formType],
    ['a JSON array', '[1]', jsonType],
    ['a JSON number', '7', jsonType],
    ['a JSON string without JSON', '"hello"', jsonType],
    ['JSON nested too deeply', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, jsonType],
    ['JSON nested absurdly', '['.repeat(1_000_000), jsonType],
    ['JSON nested absurdly in objects', `{"a":${'['.repeat(500_000)}`, formType],
    ['too many parameters', 'a=b&'.repeat(1_001), formType],
    ['truncated multipart', multipart.slice(0, -10), 'multipart/form-data; boundary=b'],
    ['multipart cut in a header', multipart.slice(0, 20), 'multipart/form-data; boundary=b'],
    ['multipart without its boundary', 'hello', 'multipart/form-data; boundary=b'],
    ['too many parts', `${part('a', '1').repeat(200)}--b--`, 'multipart/form-data; boundary=b'],
  ])('%s', (_name, body, contentType) => {
    expect(fieldsOf(parametersOf(body, contentType))).toEqual(['body'])
  })
})

test('64 levels are not too deep', () => {
  expect(E.isRight(parametersOf(`${'{"a":'.repeat(64)}1${'}'.repeat(64)}`, jsonType))).toBe(true)
})

test('no key reaches a prototype', () => {
  const body =
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"jobName":"a"}'
  const parameters = right(parametersOf(body, jsonType))
  expect(Object.getPrototypeOf(parameters)).toBe(Object.prototype)
  expect(Object.keys(parameters)).toEqual(['__proto__', 'constructor', 'jobName'])
  right(parametersOf('__proto__=x&constructor=y&__proto__[polluted]=1', formType))
  right(
    parametersOf(part('__proto__', '{"polluted":1}') + '--b--', 'multipart/form-data;boundary=b'),
  )
  expect({}).not.toHaveProperty('polluted')
})
