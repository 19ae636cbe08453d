// Whole requests of real callers, in order, against an empty store: each is answered as it should be
// and leaves exactly the events it should, in the right stream.
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApi, type TestApi } from '../support/api.ts'

interface Vector {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly contentType: string | null
  readonly body: string
  readonly bodyBase64?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly expect: { readonly success: boolean }
}

const vectors = readFileSync(
  new URL('../vectors/dispatchserver-requests.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector)

/** Events of every accepted request, as `type stream`; an empty list: already so. */
const effects: Readonly<Record<string, readonly string[]>> = {
  vendor_tester_simple_rawjson_under_form_ct: [
    'TaskAdded task-tenantTest/simpleTaskGroup/22b511e8-1b80-4f4d-b65e-48f52d8aa682',
  ],
  vendor_tester_cron_rawjson_no_enddate: ['TaskAdded task-default/cronTaskGroup/cronTask'],
  sdk_json_body_nested_strings: ['TaskAdded task-default/simpleTaskGroup/sdkTask1'],
  form_cron_add: ['TaskAdded task-default/g1/job1'],
  form_cron_add_duplicate_replace_true: ['TaskReplaced task-default/g1/job1'],
  pause_form: ['TaskPaused task-default/g1/job1'],
  trigger_while_paused: ['TaskTriggered task-default/g1/job1'],
  pause_again_idempotent: [],
  resume_rawjson_under_form_ct: ['TaskResumed task-default/g1/job1'],
  resume_alias_resume_do: [],
  trigger_query_params: ['TaskTriggered task-default/g1/job1'],
  delete_json: ['TaskDeleted task-default/g1/job1'],
  simple_forever_gson_date_jdk8: ['TaskAdded task-default/g2/gson8'],
  simple_gson_date_jdk9plus: ['TaskAdded task-default/g2/gson9'],
  simple_jackson_iso_offset: ['TaskAdded task-default/g2/iso1'],
  simple_jsonlib_date_object: ['TaskAdded task-default/g2/jsonlib1'],
  simple_no_timeconfig_once: ['TaskAdded task-default/simpleTaskGroup/once1'],
  simple_interval_type_null_once: ['TaskAdded task-default/g2/once2'],
  socket_recall: ['TaskAdded task-default/g3/sock1'],
  socket_recall_option_as_string: ['TaskAdded task-default/g3/sock2'],
  form_raw_unescaped_json: ['TaskAdded task-default/g3/raw1'],
  multipart_form: ['TaskAdded task-default/g3/mp1'],
  data_wrapper_form: ['TaskPaused task-default/g3/mp1'],
  double_encoded_json_string: ['TaskPaused task-default/g3/raw1'],
  gbk_bytes_no_charset: [
    `TaskAdded task-default/${encodeURIComponent('任务分组')}/${encodeURIComponent('中文任务')}`,
  ],
  utf8_chinese_names_trigger: [
    `TaskTriggered task-default/${encodeURIComponent('任务分组')}/${encodeURIComponent('中文任务')}`,
  ],
  cleanup_delete_every_second_job: ['TaskDeleted task-default/cronTaskGroup/cronTask'],
}

/** With the exact headers of the caller: fetch would add a content type of its own. */
const send = (url: string, vector: Vector): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const { method, path, contentType, headers = {}, bodyBase64, body } = vector
    const bytes = bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, 'base64')
    const outgoing = request(`${url}${path}`, {
      method,
      headers: { ...(contentType === null ? {} : { 'content-type': contentType }), ...headers },
    })
    outgoing.on('error', reject).on('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
    outgoing.end(bytes)
  })

describe('requests of real callers, in order', () => {
  let api: TestApi
  beforeAll(async () => {
    const now = Date.now()
    api = await startApi({ now: () => now })
  })
  afterAll(() => api.close())

  test.each(vectors)('$name', async (vector) => {
    const before = api.log().length
    const { status, body } = await send(api.url, vector)
    expect(status).toBe(200)
    const answer = JSON.parse(body) as { success: boolean; error: string | null }
    expect(answer, body).toMatchObject({ success: vector.expect.success })
    expect(answer.error === null).toBe(vector.expect.success)
    const written = api.log().slice(before)
    expect(written.map(({ type, stream }) => `${type} ${stream}`)).toEqual(
      vector.expect.success ? effects[vector.name] : [],
    )
  })

  test('the times and payloads that were sent are the ones that were kept', () => {
    const definitionOf = (stream: string) =>
      api
        .log()
        .filter((event) => event.stream === stream && /Added|Replaced/.test(event.type))
        .map(({ data }) => (data as { definition: unknown }).definition)
        .at(-1)
    expect(definitionOf('task-default/g1/job1')).toMatchObject({
      schedule: { expression: '0 0 12 ? * MON-FRI', endAt: '2099-12-31T16:00:00.000Z' },
      dataJson: '{"a":"2"}',
      priority: 9,
    })
    expect(definitionOf('task-default/g2/iso1')).toMatchObject({
      schedule: { startAt: '2099-11-23T00:00:00.000Z', intervalMs: 500, repeatCount: -1 },
    })
    expect(definitionOf('task-default/g3/sock2')).toMatchObject({
      recall: { type: 'socket', host: '127.0.0.1', port: 19000 },
      dataJson: '"plain text"',
    })
    const chinese = `task-default/${encodeURIComponent('任务分组')}/${encodeURIComponent('中文任务')}`
    expect(definitionOf(chinese)).toMatchObject({ dataJson: '{"任务":"测试"}' })
  })

  test('who asked is known by the cookie', () => {
    expect(api.log()[0]?.metadata).toMatchObject({ actor: 'userTest' })
  })
})
