// The reply rule, row by row.
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import {
  readReply,
  readSocketReply,
  resultValueLengthMax,
} from '../../../src/scheduler/recall/transports/reply.ts'

const succeeded = (resultValue: string | null = null) => ({ type: 'succeeded', resultValue })
const accepted = (resultValue: string | null = null) => ({ type: 'accepted', resultValue })
const failed = (reason: unknown, resultValue: string | null = null) => ({
  type: 'failed',
  reason,
  resultValue,
  retryable: true,
})
const says = (text: string): unknown => expect.stringContaining(text)

const rows: readonly (readonly [status: number, body: string, expected: unknown])[] = [
  [200, '', succeeded()],
  [204, '', succeeded()],
  [299, '', succeeded()],
  [200, 'OK', succeeded()],
  [200, '<html>false</html>', succeeded()],
  [200, '{"success":', succeeded()],
  [200, '[{"success":false}]', succeeded()],
  [200, 'null', succeeded()],
  [200, '{}', succeeded()],
  [200, '{"code":500}', succeeded()],
  [200, '{"resultValue":"42 rows"}', succeeded('42 rows')],
  [200, ' \r\n {"success":true} ', succeeded()],
  [200, '\ufeff{"success":false}', failed(says('failed'))],
  [200, '{"success":true,"resultValue":"done"}', succeeded('done')],
  [200, '{"success":"true"}', succeeded()],
  [200, '{"success":"TRUE"}', failed(says('failed'))],
  [200, '{"success":1}', failed(says('failed'))],
  [200, '{"success":null}', failed(says('failed'))],
  [200, '{"success":"false","resultValue":"no"}', failed(says('no'), 'no')],
  [200, '{"success":false,"error":"disk full"}', failed(says('disk full'))],
  [200, '{"success":false,"success":true}', succeeded()],
  [200, '{"asynchronized":true}', accepted()],
  [200, '{"asynchronized":"true","resultValue":"queued"}', accepted('queued')],
  [200, '{"asynchronized":false}', succeeded()],
  [200, '{"asynchronized":1}', succeeded()],
  [200, '{"asynchronized":true,"success":true}', succeeded()],
  [200, '{"asynchronized":true,"success":false}', failed(says('failed'))],
  [
    200,
    '{"resultValue":{"n":12345678901234567890,"p":1.10}}',
    succeeded('{"n":12345678901234567890,"p":1.10}'),
  ],
  [200, '{"resultValue":7}', succeeded('7')],
  [200, '{"resultValue":null}', succeeded()],
  [200, '{"resultValue":"a\\u0000b\\ud800"}', succeeded('a\ufffdb\ufffd')],
  [200, '{"__proto__":{"success":false}}', succeeded()],
  [200, '{"__proto__":{"resultValue":"no"}}', succeeded()],
  [199, '', failed('status 199')],
  [302, '', failed('status 302')],
  [404, 'no such\n  page', failed('status 404: no such page')],
  [500, '{"success":true}', failed(says('status 500'))],
  [503, '{"error":"busy","resultValue":"later"}', failed('status 503: busy', 'later')],
]

describe('the reply to an HTTP recall', () => {
  test.each(rows)('%i %j', (status, body, expected) => {
    expect(readReply(status, Buffer.from(body))).toEqual(expected)
  })

  test('is read as GB18030 when it is not UTF-8', () => {
    const bytes = iconv.encode('{"success":false,"error":"磁盘已满"}', 'gb18030')
    expect(readReply(200, bytes)).toEqual(failed(says('磁盘已满')))
  })

  test('keeps no more of a result than its limit', () => {
    const result = readReply(200, Buffer.from(JSON.stringify({ resultValue: 'x'.repeat(100_000) })))
    expect(result.resultValue).toHaveLength(resultValueLengthMax)
  })

  test('is judged, however deep it is nested', () => {
    const deep = `{"resultValue":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    expect(readReply(200, Buffer.from(deep)).type).toBe('succeeded')
  })
})

describe('the reply to a SOCKET recall', () => {
  const socketRows: readonly (readonly [body: string, expected: unknown])[] = [
    ['{"success":true,"resultValue":"ok"}', succeeded('ok')],
    ['{"success":false}', failed(says('failed'))],
    ['{"asynchronized":true}', accepted()],
    ['{}', succeeded()],
    ['"done"', succeeded()],
    ['garbage', failed('the reply is not JSON: garbage')],
    ['{"success":tr', failed(says('not JSON'))],
  ]
  test.each(socketRows)('%j', (body, expected) => {
    expect(readSocketReply(Buffer.from(body))).toEqual(expected)
  })
})
