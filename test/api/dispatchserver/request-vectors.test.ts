// Whole requests of real callers: each decodes to the right times, payload, key and tenant, or is
// refused by the name of what is wrong. What depends on the tasks there are is tested with the calls.
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { decodeAdd, type AddRequest } from '../../../src/api/dispatchserver/request/add.ts'
import { decodeCaller } from '../../../src/api/dispatchserver/request/caller.ts'
import { decodeKey, type TaskKey } from '../../../src/api/dispatchserver/request/key.ts'
import type { Problem } from '../../../src/api/dispatchserver/request/problem.ts'
import { addDefaults, fieldsOf, parametersOf } from '../../support/dispatchserver.ts'
import { right } from '../../support/either.ts'

interface Vector {
  readonly name: string
  readonly path: string
  readonly contentType: string | null
  readonly body: string
  readonly bodyBase64?: string
  readonly headers?: Readonly<Record<string, string>>
}

const vectors: readonly Vector[] = readFileSync(
  new URL('../../vectors/dispatchserver-requests.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector)

const http = { type: 'http', url: 'http://127.0.0.1:18080/callback' }
const shanghai = (wall: string): number => Date.parse(`${wall}+08:00`)
const start2100 = 4102416000000

const cron = (expression: string, endAt: number | null = null) => ({
  type: 'cron',
  expression,
  endAt,
  startAt: null,
  zone: 'Asia/Shanghai',
})
const simple = (
  startAt: number,
  intervalMs: number,
  repeatCount: number,
  endAt: number | null = null,
) => ({ type: 'simple', startAt, intervalMs, repeatCount, endAt })

interface Added {
  readonly key: readonly [group: string, job: string]
  readonly schedule: object
  readonly data: string
  readonly replace: boolean
  readonly priority?: number
  readonly recall?: object
  readonly extra?: string | null
}

const note = (text: string): string => `{"note":"${text}"}`
const from8 = shanghai('2099-11-23T08:00:00')
const until8 = shanghai('2099-12-31T08:00:00')
const nightly = cron('0 0 1 * * ?')

const added: Readonly<Record<string, Added>> = {
  vendor_tester_simple_rawjson_under_form_ct: {
    key: ['simpleTaskGroup', '22b511e8-1b80-4f4d-b65e-48f52d8aa682'],
    schedule: simple(1463813876403, 2_000, 0),
    data: '{}',
    replace: true,
    extra: note('note'),
  },
  vendor_tester_cron_rawjson_no_enddate: {
    key: ['cronTaskGroup', 'cronTask'],
    schedule: cron('* */1 * * * ?'),
    data: '{"serverName":"Windows 2003"}',
    replace: true,
  },
  sdk_json_body_nested_strings: {
    key: ['simpleTaskGroup', 'sdkTask1'],
    schedule: simple(start2100, 2_000, 0),
    data: note('current time before schedule task'),
    replace: true,
    extra: note('note'),
  },
  form_cron_add: {
    key: ['g1', 'job1'],
    schedule: cron('0 0/5 * * * ?', start2100),
    data: '{"a":"1"}',
    replace: false,
    priority: 5,
  },
  form_cron_add_duplicate_replace_false: {
    key: ['g1', 'job1'],
    schedule: cron('0 0/5 * * * ?', start2100),
    data: '{"a":"1"}',
    replace: false,
    priority: 5,
  },
  form_cron_add_duplicate_replace_true: {
    key: ['g1', 'job1'],
    schedule: cron('0 0 12 ? * MON-FRI', shanghai('2100-01-01T00:00:00')),
    data: '{"a":"2"}',
    replace: true,
    priority: 9,
  },
  simple_forever_gson_date_jdk8: {
    key: ['g2', 'gson8'],
    schedule: simple(from8, 3_600_000, -1, until8),
    data: '{}',
    replace: false,
    priority: 1,
  },
  simple_gson_date_jdk9plus: {
    key: ['g2', 'gson9'],
    schedule: simple(from8, 1_800_000, 2, until8),
    data: '{}',
    replace: false,
    priority: 1,
  },
  simple_jackson_iso_offset: {
    key: ['g2', 'iso1'],
    schedule: simple(Date.parse('2099-11-23T00:00:00Z'), 500, -1, until8),
    data: '{}',
    replace: false,
    priority: 1,
  },
  simple_jsonlib_date_object: {
    key: ['g2', 'jsonlib1'],
    schedule: simple(4099075200000, 10_000, -1),
    data: '{}',
    replace: false,
    priority: 1,
  },
  simple_no_timeconfig_once: {
    key: ['simpleTaskGroup', 'once1'],
    schedule: simple(start2100, 0, 0),
    data: note('current time after no schedule task'),
    replace: true,
  },
  simple_interval_type_null_once: {
    key: ['g2', 'once2'],
    schedule: simple(start2100, 0, 0),
    data: '{}',
    replace: true,
  },
  socket_recall: {
    key: ['g3', 'sock1'],
    schedule: cron('0 0 0 1 1 ?'),
    data: '{"k":"v"}',
    replace: true,
    recall: { type: 'socket', host: '127.0.0.1', port: 19000 },
  },
  socket_recall_option_as_string: {
    key: ['g3', 'sock2'],
    schedule: cron('0 0 0 1 1 ?'),
    data: '"plain text"',
    replace: true,
    recall: { type: 'socket', host: '127.0.0.1', port: 19000 },
  },
  form_raw_unescaped_json: { key: ['g3', 'raw1'], schedule: nightly, data: '{}', replace: true },
  multipart_form: { key: ['g3', 'mp1'], schedule: nightly, data: '{}', replace: true },
  gbk_bytes_no_charset: {
    key: ['任务分组', '中文任务'],
    schedule: nightly,
    data: '{"任务":"测试"}',
    replace: true,
  },
  // These two decode; that no fire is left is the domain's to say.
  cron_never_fires: {
    key: ['gb', 'bad'],
    schedule: cron('0 0 12 * * ? 2020'),
    data: '{}',
    replace: true,
  },
  cron_end_in_past: {
    key: ['gb', 'bad'],
    schedule: cron('0 0 1 * * ?', 1463813876403),
    data: '{}',
    replace: true,
  },
}

const keys: Readonly<Record<string, readonly [group: string, job: string]>> = {
  pause_form: ['g1', 'job1'],
  trigger_while_paused: ['g1', 'job1'],
  pause_again_idempotent: ['g1', 'job1'],
  resume_rawjson_under_form_ct: ['g1', 'job1'],
  resume_alias_resume_do: ['g1', 'job1'],
  trigger_query_params: ['g1', 'job1'],
  delete_json: ['g1', 'job1'],
  delete_missing: ['g1', 'job1'],
  pause_missing: ['g1', 'nope'],
  trigger_missing: ['g1', 'nope'],
  data_wrapper_form: ['g3', 'mp1'],
  double_encoded_json_string: ['g3', 'raw1'],
  utf8_chinese_names_trigger: ['任务分组', '中文任务'],
  cleanup_delete_every_second_job: ['cronTaskGroup', 'cronTask'],
}

const refused: Readonly<Record<string, readonly string[]>> = {
  pause_no_params: ['jobName', 'groupName'],
  cron_five_fields: ['taskConfig.cronExpress'],
  cron_both_days_star: ['taskConfig.cronExpress'],
  bad_recall_type: ['recallConfig.recallType'],
  bad_trigger_type: ['taskConfig.triggerType'],
  missing_jobcode: ['taskConfig.jobCode'],
  simple_zero_interval_repeat: ['taskConfig.timeConfig.interval'],
  simple_end_before_start: ['taskConfig.endDate'],
  not_json: ['body'],
}

const decode = (vector: Vector): E.Either<readonly Problem[], AddRequest | TaskKey> => {
  const [path = '', query = ''] = vector.path.split('?')
  const { bodyBase64, body, contentType } = vector
  const bytes = bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, 'base64')
  const parameters = parametersOf(bytes, contentType, query)
  if (E.isLeft(parameters)) return parameters
  return path.endsWith('/add.do')
    ? decodeAdd(parameters.right, addDefaults)
    : decodeKey(parameters.right)
}

describe('requests of real callers', () => {
  test('are all known to this test', () => {
    const known = [added, keys, refused].flatMap((table) => Object.keys(table))
    expect(known.toSorted()).toEqual(vectors.map(({ name }) => name).toSorted())
    expect(vectors).toHaveLength(42)
  })

  test.each(vectors.filter(({ name }) => name in added))('$name', (vector) => {
    const {
      key,
      schedule,
      data,
      replace,
      priority = 0,
      recall = http,
      extra = null,
    } = added[vector.name]!
    expect(right(decode(vector))).toMatchObject({
      group: key[0],
      job: key[1],
      replace,
      definition: { schedule, recall, dataJson: data, priority, extraJson: extra },
    })
  })

  test.each(vectors.filter(({ name }) => name in keys))('$name', (vector) => {
    const [group, job] = keys[vector.name]!
    expect(right(decode(vector))).toEqual({ group, job, reason: null })
  })

  test.each(vectors.filter(({ name }) => name in refused))('$name', (vector) => {
    expect(fieldsOf(decode(vector))).toEqual(refused[vector.name])
  })

  test('come from the tenant of their cookie, else from the default one', () => {
    const tenants = vectors.map(({ headers = {} }) => {
      const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
      return right(decodeCaller(Object.fromEntries(lower)))
    })
    expect(tenants[0]).toEqual({ tenant: 'tenantTest', actor: 'userTest', sysid: 'sysTest' })
    expect(tenants.slice(1)).toEqual(
      Array(41).fill({ tenant: 'default', actor: null, sysid: null }),
    )
  })
})
