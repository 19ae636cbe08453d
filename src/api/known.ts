// What is known of the codecs of other rooms: the names and limits under which the API speaks of
// them. Imported for what it does, by whoever decodes for callers or describes the API.
import { BulkKey } from '../domain/bulk/events.ts'
import { Instant } from '../domain/instant.ts'
import {
  CalendarDefinition,
  CalendarRule,
  LocalDate,
  TimeOfDay,
  YearlyDate,
} from '../domain/schedule/calendar.ts'
import { CronSchedule, Schedule, SimpleSchedule } from '../domain/schedule/schedule.ts'
import {
  HttpRecall,
  RecallPolicy,
  RecallTarget,
  RetryPolicy,
  SocketRecall,
  TaskDefinition,
} from '../domain/task/definition.ts'
import { KeyPart, keyPartLengthMax, RunId } from '../domain/task/ids.ts'
import { EventMetadata } from '../event-store/envelope.ts'
import { Position, Revision } from '../event-store/event-store.ts'
import { described } from './described.ts'

described(Instant, {
  schema: { type: 'string', format: 'date-time', examples: ['2026-11-23T08:00:00.000Z'] },
  expected: {
    en: 'an instant such as 2026-11-23T08:00:00Z',
    zh: '形如 2026-11-23T08:00:00Z 的时刻',
  },
})
described(KeyPart, {
  schema: {
    type: 'string',
    minLength: 1,
    maxLength: keyPartLengthMax,
    pattern: '^\\S(.*\\S)?$',
  },
  expected: {
    en: `1 to ${keyPartLengthMax} printable characters without a blank at either end`,
    zh: `1 至 ${keyPartLengthMax} 个可打印字符，首尾不能有空白`,
  },
})
described(RunId, {
  schema: { type: 'string', pattern: '^[0-9a-f]{32}$' },
  expected: { en: '32 hexadecimal digits', zh: '32 位十六进制数字' },
})
described(Position, {
  schema: { type: 'string', pattern: '^[0-9a-zA-Z-]{1,64}$' },
  expected: { en: 'a position as answers give it', zh: '应答中给出的位点' },
})
described(Revision, {
  schema: { type: 'integer', minimum: 0 },
  expected: { en: 'a revision as answers give it', zh: '应答中给出的流版本' },
})
described(LocalDate, {
  schema: { type: 'string', format: 'date' },
  expected: { en: 'a date such as 2026-10-01', zh: '形如 2026-10-01 的日期' },
})
described(YearlyDate, {
  schema: { type: 'string', pattern: '^\\d\\d-\\d\\d$', examples: ['10-01'] },
  expected: { en: 'a month and day such as 10-01', zh: '形如 10-01 的月日' },
})
described(TimeOfDay, {
  schema: {
    type: 'string',
    pattern: '^(([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?|24:00)$',
    examples: ['09:30'],
  },
  expected: { en: 'a time of day such as 09:30', zh: '形如 09:30 的时间' },
})

described(HttpRecall, { name: 'HttpRecall' })
described(SocketRecall, { name: 'SocketRecall' })
described(RecallTarget, { name: 'RecallTarget' })
described(RetryPolicy, { name: 'RetryPolicy' })
described(RecallPolicy, { name: 'RecallPolicy' })
described(CronSchedule, { name: 'CronSchedule' })
described(SimpleSchedule, { name: 'SimpleSchedule' })
described(Schedule, { name: 'Schedule' })
described(CalendarRule, { name: 'CalendarRule', about: 'Excludes what it names.' })
described(CalendarDefinition, {
  name: 'CalendarDefinition',
  fields: { exemptDates: 'Dates on which tasks fire whatever the rules say.' },
})
described(BulkKey, { name: 'TaskKey' })
described(EventMetadata, { name: 'EventMetadata' })
described(TaskDefinition, {
  name: 'TaskDefinition',
  about: 'What a caller registered, with every default filled in.',
  fields: { dataJson: 'What the callee gets, as JSON text: every number as it was written.' },
})
