// `recallConfig`: whom to call, with what, and (beyond the original) how to treat trouble. Whatever
// the original does not know is optional and takes the service's default.
import { type RecallPolicy, type RecallTarget } from '../../../domain/task/definition.ts'
import { dataBytesMax } from '../../../domain/task/definition.ts'
import { isLosslessNumber } from 'lossless-json'
import { type Fields } from './fields.ts'
import { jsonText, objectIn, type JsonObject } from './json.ts'
import { shown } from './problem.ts'

const dayMs = 86_400_000

export const decodeTarget = (recall: Fields): { target: RecallTarget | null; rest: JsonObject } => {
  const type = recall.choice('recallType', ['HTTP', 'SOCKET'])
  const option = recall.nested('option')
  if (!recall.has('recallType')) recall.missing('recallType')
  if (!recall.has('option')) recall.missing('option')
  if (option === null) return { target: null, rest: {} }
  const target = type === null ? null : type === 'HTTP' ? httpTarget(option) : socketTarget(option)
  return { target, rest: type === null ? {} : option.rest() }
}

const httpTarget = (option: Fields): RecallTarget | null => {
  const url = option.required('url', 4_000)
  if (url === null) return null
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  if (isHttp && /^https?:\/\//i.test(url) && !/\p{Cc}/u.test(url)) return { type: 'http', url }
  return option.complain(
    'url',
    `An absolute http or https URL is expected, not "${shown(url)}".`,
    `须为完整的 http 或 https 地址，而不是“${shown(url)}”。`,
  )
}

const socketTarget = (option: Fields): RecallTarget | null => {
  const text = option.required('host', 255)
  const port = option.integer('port', { min: 1, max: 65_535 })
  if (!option.has('port')) option.missing('port')
  if (text === null || port === null) return null
  const host = text.replace(/^\[(.*)\]$/, '$1')
  if (/^[^\s/?#@[\]\p{Cc}]+$/u.test(host)) return { type: 'socket', host, port }
  return option.complain(
    'host',
    `A host name or address is expected, not "${shown(text)}".`,
    `须为主机名或 IP 地址，而不是“${shown(text)}”。`,
  )
}

/** The payload as JSON text: a string that holds an object is that object, any other stays a string. */
export const decodeData = (recall: Fields): string => {
  const given = recall.given('data')
  const dataJson = jsonText(typeof given === 'string' ? (objectIn(given) ?? given) : given)
  if (Buffer.byteLength(dataJson, 'utf8') > dataBytesMax) {
    recall.complain(
      'data',
      `At most ${dataBytesMax} bytes are allowed.`,
      `不能超过 ${dataBytesMax} 字节。`,
    )
  }
  return dataJson
}

export const decodePolicy = (recall: Fields, defaults: RecallPolicy): RecallPolicy => {
  const { retries } = defaults
  const given = isNested(recall.value('retries')) ? recall.nested('retries') : null
  const whole = { min: 0, max: dayMs }
  const on = given === null ? null : retriedFailures(given)
  return {
    timeoutMs: recall.integer('timeoutMs', { min: 1, max: dayMs }) ?? defaults.timeoutMs,
    retries: {
      max:
        (given === null
          ? recall.integer('retries', { min: 0, max: 1_000 })
          : given.integer('max', { min: 0, max: 1_000 })) ?? retries.max,
      backoffMs: given?.integer('backoffMs', whole) ?? retries.backoffMs,
      factor: given?.number('factor', { min: 1, max: 100 }) ?? retries.factor,
      backoffMaxMs: given?.integer('backoffMaxMs', whole) ?? retries.backoffMaxMs,
      jitter: given?.number('jitter', { min: 0, max: 1 }) ?? retries.jitter,
      ...(on === null ? {} : { on }),
    },
    overlap: recall.choice('overlap', ['allow', 'skip', 'queueOne']) ?? defaults.overlap,
    reportDeadlineMs:
      recall.integer('reportDeadlineMs', { min: 1_000, max: 366 * dayMs }) ??
      defaults.reportDeadlineMs,
    concurrencyMax:
      recall.integer('concurrencyMax', { min: 1, max: 1_000_000 }) ?? defaults.concurrencyMax,
    ratePerSecond:
      recall.number('ratePerSecond', { min: 0.000_01, max: 1_000_000 }) ?? defaults.ratePerSecond,
    followRedirects: recall.boolean('followRedirects') ?? defaults.followRedirects,
  }
}

/** A list, or one text with commas. */
const retriedFailures = (retries: Fields): readonly string[] | null => {
  const value = retries.value('on')
  if (value === null) return null
  const words = (Array.isArray(value) ? value : [value])
    .map((one: unknown) =>
      isLosslessNumber(one) ? one.value : typeof one === 'string' ? one : '?',
    )
    .flatMap((text) => text.split(','))
    .map((word) => word.trim().toLowerCase())
  if (words.every((word) => /^(connect|timeout|reply|[1-5]xx|[1-5]\d\d)$/.test(word)))
    return [...new Set(words)]
  return retries.complain(
    'on',
    'connect, timeout, reply, statuses such as 503 and classes such as 5xx are expected.',
    '须为 connect、timeout、reply、状态码（如 503）或状态类（如 5xx）。',
  )
}

const isNested = (value: unknown): boolean => objectIn(value) !== null
