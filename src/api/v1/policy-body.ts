// How a recall is made, as the REST API takes it: every field may be left out and takes the service's
// default. The limits stand here and in the description made from it.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { defaultPolicy, OverlapPolicy, type RecallPolicy } from '../../domain/task/definition.ts'
import {
  described,
  integerBetween,
  nullable,
  numberBetween,
  serviceDefaults,
} from '../described.ts'
import { invalid, type RequestRefusal } from '../refusals.ts'
import { decodeFields, isObject, problem } from './json-body.ts'

const dayMs = 86_400_000

/** A failure that may be retried, as the `.do` calls name it too. */
export const failurePattern = /^(connect|timeout|reply|[1-5]xx|[1-5]\d\d)$/

const Failure = described(
  t.refinement(t.string, (word) => failurePattern.test(word), 'a failure'),
  {
    schema: { type: 'string', pattern: failurePattern.source },
    expected: {
      en: 'connect, timeout, reply, a status such as 503 or a class such as 5xx',
      zh: ' connect、timeout、reply、状态码（如 503）或状态类（如 5xx）',
    },
  },
)

const RetriesBody = described(
  t.intersection([
    t.type({
      max: integerBetween(0, 1_000),
      backoffMs: integerBetween(0, dayMs),
      factor: numberBetween(1, 100),
      backoffMaxMs: integerBetween(0, dayMs),
      jitter: numberBetween(0, 1),
    }),
    t.partial({ on: t.readonlyArray(Failure) }),
  ]),
  {
    name: 'RetriesBody',
    closed: true,
    defaults: serviceDefaults(defaultPolicy.retries),
    fields: {
      max: 'Attempts after the first.',
      backoffMs: 'Wait before the first retry.',
      factor: 'Each further wait is longer by this.',
      backoffMaxMs: 'No wait is longer.',
      jitter: 'Share of the wait that is left to chance.',
      on: 'Which failures are retried; left out: all.',
    },
  },
)

export const PolicyBody = described(
  t.type({
    timeoutMs: integerBetween(1, dayMs),
    retries: RetriesBody,
    overlap: OverlapPolicy,
    reportDeadlineMs: integerBetween(1_000, 366 * dayMs),
    concurrencyMax: nullable(integerBetween(1, 1_000_000)),
    ratePerSecond: nullable(numberBetween(0.000_01, 1_000_000)),
    followRedirects: t.boolean,
  }),
  {
    name: 'PolicyBody',
    closed: true,
    defaults: serviceDefaults(defaultPolicy),
    fields: {
      timeoutMs: 'Limit for one attempt, from the wish for a connection to the last byte.',
      overlap: 'What becomes of an occurrence while a run is open.',
      reportDeadlineMs: 'How long a callee that answered `asynchronized` may take to report.',
      concurrencyMax: 'Calls of this task at the same time; null: no limit.',
      ratePerSecond: 'First calls of this task within any one second; null: no limit.',
    },
  },
)

export const policyOf = (
  defaults: RecallPolicy,
  given: unknown,
): E.Either<RequestRefusal, RecallPolicy> => {
  if (given !== undefined && !isObject(given))
    return E.left(invalid([problem('policy', 'expected a JSON object.', '应为 JSON 对象。')]))
  const { retries, ...fields } = given ?? {}
  const whole = isObject(retries)
    ? { ...defaults.retries, ...retries }
    : (retries ?? defaults.retries)
  return decodeFields(PolicyBody, { ...defaults, ...fields, retries: whole }, 'policy.')
}
