// The parameters of the `.do` calls, as their own decoders ask for them. Described is the plain form;
// that strings of JSON, numbers in quotes and many forms of dates are understood too is said in words.
import * as t from 'io-ts'
import { instantAt } from '../../domain/instant.ts'
import { defaultPolicy } from '../../domain/task/definition.ts'
import { described, type JsonSchema } from '../described.ts'
import { readAdd } from '../dispatchserver/request/add.ts'
import { readKey, readReport } from '../dispatchserver/request/key.ts'
import { failurePattern } from '../v1/policy-body.ts'
import { Recorder, type Script } from './recorder.ts'

const strings = { type: 'array', items: { type: 'string' } }

/** What has no kind of its own, and what some fields mean. */
const about: Readonly<Record<string, JsonSchema>> = {
  data: { description: 'What the callee gets: any JSON, or a string.' },
  calendars: { ...strings, description: 'Names of exclusion calendars.' },
  on: {
    type: 'array',
    items: { type: 'string', pattern: failurePattern.source },
    description: 'Which failures are retried; left out: all.',
  },
  retries: { description: 'A number of retries, or how they are made.' },
  resultValue: { type: ['string', 'null'] },
  cronExpress: { description: 'Quartz: six or seven fields, seconds first.' },
  repeatCount: { description: 'How often it runs.' },
  id: { description: 'The `tasklogid` of the callback.' },
}

const defaults = {
  zone: 'UTC',
  misfireThresholdMs: 60_000,
  catchUpMax: 100,
  receivedAt: instantAt(0),
  policy: defaultPolicy,
}

const added = (recallType: string, triggerType: string): JsonSchema => {
  const script: Script = new Map([
    ['recallType', recallType],
    ['triggerType', triggerType],
  ])
  const recorder = new Recorder(script)
  readAdd(recorder, defaults)
  // Once more for the retries that are an object.
  script.set('retries', {})
  readAdd(recorder, defaults)
  return recorder.schema(about)
}

const partOf = (schema: JsonSchema, name: string, part: string, field: string, value: string) => {
  const { required = [], ...rest } = schema.properties?.[part] ?? {}
  return described(t.record(t.string, t.unknown), {
    name,
    schema: { ...rest, required: [...new Set([field, ...required])] },
    tag: { field, value },
  })
}

const httpCron = added('HTTP', 'CronTrigger')
const socketSimple = added('SOCKET', 'SimpleTrigger')

const RecallConfig = t.union([
  partOf(httpCron, 'HttpRecallConfig', 'recallConfig', 'recallType', 'HTTP'),
  partOf(socketSimple, 'SocketRecallConfig', 'recallConfig', 'recallType', 'SOCKET'),
])
const TaskConfig = t.union([
  partOf(httpCron, 'CronTaskConfig', 'taskConfig', 'triggerType', 'CronTrigger'),
  partOf(socketSimple, 'SimpleTaskConfig', 'taskConfig', 'triggerType', 'SimpleTrigger'),
])
export const AddCall = described(
  t.intersection([
    t.type({ recallConfig: RecallConfig, taskConfig: TaskConfig }),
    t.partial({ replace: t.boolean }),
  ]),
  {
    name: 'AddCall',
    fields: { replace: 'Overwrite the task where it is there.' },
    example: {
      recallConfig: {
        recallType: 'HTTP',
        option: { url: 'http://127.0.0.1:9000/callback' },
        data: { hello: 'world' },
      },
      taskConfig: {
        triggerType: 'CronTrigger',
        groupCode: 'demo',
        jobCode: 'tick',
        cronExpress: '0/5 * * * * ?',
      },
      replace: true,
    },
  },
)

const recorded = (name: string, read: (fields: Recorder) => unknown, example: object) => {
  const recorder = new Recorder(new Map())
  read(recorder)
  const schema = recorder.schema(about)
  return described(t.record(t.string, t.unknown), { name, schema, example })
}

export const TaskCall = recorded('TaskCall', readKey, { groupName: 'demo', jobName: 'tick' })
export const ReportCall = recorded('ReportCall', readReport, {
  id: '0123456789abcdef0123456789abcdef',
  success: true,
  resultValue: 'done',
})

export const CallAnswer = described(
  t.type({
    success: t.boolean,
    error: t.union([t.string, t.null]),
    resultValue: t.union([t.string, t.null]),
  }),
  {
    name: 'CallAnswer',
    about: 'The answer to each of the calls, whatever happens, with status 200.',
    fields: {
      error: 'Why not; repeated in the response header `error`.',
      resultValue: "A run's id for `trigger.do`.",
    },
  },
)
