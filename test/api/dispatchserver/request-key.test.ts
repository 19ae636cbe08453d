// The small calls and the caller: keys, reports of asynchronous runs, cookies.
import { describe, expect, test } from 'vitest'
import { decodeCaller } from '../../../src/api/dispatchserver/request/caller.ts'
import {
  decodeKey,
  decodeReport,
  reportedValueLengthMax,
} from '../../../src/api/dispatchserver/request/key.ts'
import { fieldsOf, parametersOf } from '../../support/dispatchserver.ts'
import { right } from '../../support/either.ts'
import { runId } from '../../support/recall.ts'

const keyOf = (body: object) => decodeKey(right(parametersOf(JSON.stringify(body))))
const reportOf = (body: string) => decodeReport(right(parametersOf(body)))

describe('a key', () => {
  test('names group and job', () => {
    expect(right(keyOf({ jobName: ' 任务 ', groupName: 7 }))).toEqual({
      job: '任务',
      group: '7',
      reason: null,
    })
  })

  test.each([
    [{}, ['jobName', 'groupName']],
    [{ jobName: 'a' }, ['groupName']],
    [{ jobName: null, groupName: '' }, ['jobName', 'groupName']],
    [{ jobName: { a: 1 }, groupName: 'x'.repeat(201) }, ['jobName', 'groupName']],
    [{ jobName: 'a\tb', groupName: 'g' }, ['jobName']],
  ])('%j is refused', (body, fields) => {
    expect(fieldsOf(keyOf(body))).toEqual(fields)
  })
})

describe('a report', () => {
  const resultOf = (value: string) =>
    right(reportOf(`id=${runId}&success=true&resultValue=${value}`))
  test.each([
    ['done', 'done'],
    ['a%20b', 'a b'],
    ['a%2520b%252Bc', 'a b+c'],
    ['%25E5%25AE%258C%25E6%2588%2590', '完成'],
    ['%25CD%25EA%25B3%25C9', '完成'],
    ['100%25', '100%'],
    ['50%2525+of+it', '50%25 of it'],
    ['%7B%22a%22%3A1%7D', '{"a":1}'],
    ['', null],
  ])('resultValue=%s is %j', (value, expected) => {
    expect(resultOf(value)).toEqual({ runId, success: true, resultValue: expected })
  })

  test('takes ids as a UUID or in capitals, and any JSON as the value', () => {
    const uuid = '01234567-89AB-CDEF-0123-456789ABCDEF'
    expect(right(reportOf(`{"id":"${uuid}","success":false,"resultValue":{"n":1.10}}`))).toEqual({
      runId,
      success: false,
      resultValue: '{"n":1.10}',
    })
  })

  test('is not refused for its length', () => {
    expect(resultOf('x'.repeat(500_000)).resultValue).toHaveLength(reportedValueLengthMax)
  })

  test.each([
    ['', ['id', 'success']],
    ['id=7&success=true', ['id']],
    [`id=${runId}`, ['success']],
    [`id=${runId}&success=perhaps`, ['success']],
    [`{"id":{},"success":[]}`, ['id', 'success']],
  ])('%s is refused', (body, fields) => {
    expect(fieldsOf(reportOf(body))).toEqual(fields)
  })
})

describe('the caller', () => {
  const nobody = { tenant: 'default', actor: null, sysid: null }
  test.each([
    [{}, nobody],
    [{ cookie: '' }, nobody],
    [{ cookie: 'tenantid=; userid=' }, nobody],
    [{ cookie: 'a; b=; =c;;' }, nobody],
    [{ cookie: 'tenantid=t1;sysid=s;userid=u' }, { tenant: 't1', actor: 'u', sysid: 's' }],
    [{ cookie: ' TenantId="t1" ; x=y' }, { ...nobody, tenant: 't1' }],
    [{ cookie: 'tenantid=a+b%20c' }, { ...nobody, tenant: 'a+b c' }],
    [{ cookie: 'userid=%E5%BC%A0%E4%B8%89' }, { ...nobody, actor: '张三' }],
    [{ cookie: Buffer.from('userid=张三').toString('latin1') }, { ...nobody, actor: '张三' }],
    [{ cookie: 'tenantid=a; tenantid=b' }, { ...nobody, tenant: 'a' }],
    [{ 'x-tenant': 't2' }, { ...nobody, tenant: 't2' }],
    [
      { 'x-tenant': 't2', cookie: 'tenantid=t1' },
      { ...nobody, tenant: 't1' },
    ],
  ])('%j', (headers, expected) => {
    expect(right(decodeCaller(headers))).toEqual(expected)
  })

  test('with an impossible tenant is refused, not taken for the default one', () => {
    expect(fieldsOf(decodeCaller({ cookie: `tenantid=${'x'.repeat(201)}` }))).toEqual(['tenantid'])
    expect(fieldsOf(decodeCaller({ cookie: 'tenantid=a%00b%07' }))).toEqual(['tenantid'])
  })
})
