// Decodes a query string against a table of fields: each by its own reader, unknown and repeated
// ones refused by name, so that a mistyped filter never silently shows everything.
import * as E from 'fp-ts/lib/Either.js'
import { Instant, instantAt } from '../../domain/instant.ts'
import { findZone } from '../../domain/schedule/zone.ts'
import { KeyPart, keyPartLengthMax, RunId } from '../../domain/task/ids.ts'
import { Position, Revision } from '../../event-store/event-store.ts'
import { pageLimitMax, type PageRequest } from '../../projections/views.ts'
import type { JsonSchema } from '../described.ts'
import { invalid, type FieldProblem, type RequestRefusal, type Words } from '../refusals.ts'

/** How one parameter is read, what stands for it when it is not there, and what it looks like. */
export interface Field<A> {
  readonly read: (text: string) => E.Either<Words, A>
  /** A problem where nothing can. */
  readonly absent: E.Either<Words, A>
  readonly schema: JsonSchema
}

export type Fields = Readonly<Record<string, Field<unknown>>>
export type Query<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer A> ? A : never
} & {
  /** Every question may wait for a position. */
  readonly after: Position | null
}

export const decodeQuery = <F extends Fields>(
  parameters: URLSearchParams,
  own: F,
): E.Either<RequestRefusal, Query<F>> => {
  const fields: Fields = { ...own, ...everyQuestion }
  const problems: FieldProblem[] = []
  for (const name of new Set(parameters.keys()))
    if (!Object.hasOwn(fields, name)) problems.push({ field: name, message: unknownTo(fields) })
  const query: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    const given = parameters.getAll(name)
    if (given.length > 1) problems.push({ field: name, message: repeated })
    const value = given[0] === undefined ? field.absent : field.read(given[0])
    if (E.isLeft(value)) problems.push({ field: name, message: value.left })
    else query[name] = value.right
  }
  // Every key of `fields` has been read by its own field, or is among the problems.
  return problems.length === 0 ? E.right(query as Query<F>) : E.left(invalid(problems))
}

const repeated: Words = { en: 'given more than once.', zh: '重复出现。' }

const unknownTo = (fields: Fields): Words => {
  const known = Object.keys(fields).join(', ')
  return { en: `not a parameter here; known are ${known}.`, zh: `不是此处的参数；可用：${known}。` }
}

const orNull = <A>(schema: JsonSchema, read: Field<A>['read']): Field<A | null> => ({
  read,
  absent: E.right(null),
  schema,
})

/** The same parameter, where it may not be left out. */
export const needed = <A>(field: Field<A | null>, missing: Words): Field<A> => ({
  read: (given) => E.chain(orMissing<A>(missing))(field.read(given)),
  absent: E.left(missing),
  schema: field.schema,
})

const orMissing =
  <A>(missing: Words) =>
  (value: A | null): E.Either<Words, A> =>
    value === null ? E.left(missing) : E.right(value)

/** The same parameter, with what it means here. */
export const saying = <A>(field: Field<A>, description: string): Field<A> => ({
  ...field,
  schema: { ...field.schema, description },
})

const expected = (en: string, zh: string) =>
  E.left<Words>({ en: `expected ${en}.`, zh: `应为${/^[!-~]/.test(zh) ? ' ' : ''}${zh}。` })

export const readKeyPart = (text: string): E.Either<Words, KeyPart> =>
  KeyPart.is(text)
    ? E.right(text)
    : expected(
        `1 to ${keyPartLengthMax} printable characters without a blank at either end`,
        `1 至 ${keyPartLengthMax} 个可打印字符，首尾不能有空白`,
      )

export const keyPartSchema: JsonSchema = {
  type: 'string',
  minLength: 1,
  maxLength: keyPartLengthMax,
  pattern: '^\\S(.*\\S)?$',
}

export const keyPart = orNull(keyPartSchema, readKeyPart)

export const text = (lengthMax: number): Field<string | null> =>
  orNull({ type: 'string', maxLength: lengthMax }, (given) =>
    given.length <= lengthMax
      ? E.right(given)
      : expected(`at most ${lengthMax} characters`, `不超过 ${lengthMax} 个字符`),
  )

export const oneOf = <const W extends string>(words: readonly W[]): Field<W | null> =>
  orNull({ type: 'string', enum: words }, (given) => {
    const word = words.find((known) => known === given)
    return word === undefined
      ? expected(`one of ${words.join(', ')}`, `以下之一：${words.join('、')}`)
      : E.right(word)
  })

/** Any of the words, separated by commas. */
export const someOf = <const W extends string>(words: readonly W[]): Field<readonly W[] | null> =>
  orNull({ type: 'array', items: { type: 'string', enum: words } }, (given) => {
    const named = given.split(',').map((name) => words.find((known) => known === name.trim()))
    const all = named.filter((word) => word !== undefined)
    return all.length === named.length
      ? E.right(all)
      : expected(`any of ${words.join(', ')}`, `以下各项，以逗号分隔：${words.join('、')}`)
  })

/** `true`, or left out. */
export const yes: Field<boolean> = {
  read: (given) => (given === 'true' ? E.right(true) : expected('true', ' true')),
  absent: E.right(false),
  schema: { type: 'boolean', enum: [true] },
}

/** Milliseconds, or left out. */
export const milliseconds: Field<number | null> = orNull(
  { type: 'integer', minimum: 0, maximum: 9_999_999_999 },
  (given) =>
    /^\d{1,10}$/.test(given)
      ? E.right(Number(given))
      : expected('a number of milliseconds', '毫秒数'),
)

export const integerBetween = (min: number, max: number, absent: number): Field<number> => ({
  read: (given) =>
    /^\d{1,9}$/.test(given) && Number(given) >= min && Number(given) <= max
      ? E.right(Number(given))
      : expected(`an integer between ${min} and ${max}`, ` ${min} 到 ${max} 之间的整数`),
  absent: E.right(absent),
  schema: { type: 'integer', minimum: min, maximum: max, default: absent },
})

/** `true` or `false`. */
export const flag: Field<boolean> = {
  read: (given) =>
    given === 'true' || given === 'false'
      ? E.right(given === 'true')
      : expected('true or false', ' true 或 false'),
  absent: E.right(false),
  schema: { type: 'boolean', default: false },
}

const instantSchema: JsonSchema = {
  type: 'string',
  format: 'date-time',
  description: 'An instant; epoch milliseconds are understood too.',
}

export const instant: Field<Instant | null> = orNull(instantSchema, (given) => {
  // A plus sign that was not escaped has become a blank on its way.
  const decoded = Instant.decode(given.replace(/ (?=\d\d:\d\d$)/, '+'))
  if (E.isRight(decoded)) return decoded
  return /^\d{1,16}$/.test(given)
    ? E.right(instantAt(Number(given)))
    : expected(
        'an instant such as 2026-11-23T08:00:00Z, or epoch milliseconds',
        '形如 2026-11-23T08:00:00Z 的时刻或毫秒时间戳',
      )
})

export const positionSchema: JsonSchema = { type: 'string', pattern: '^[0-9a-zA-Z-]{1,64}$' }

export const zone: Field<string | null> = orNull(
  {
    type: 'string',
    description: 'A time zone of the IANA database; left out: the zone of the service.',
  },
  (given) => {
    const found = findZone(given)
    return E.isRight(found)
      ? E.right(found.right.name)
      : expected('a time zone such as Asia/Shanghai', '形如 Asia/Shanghai 的时区')
  },
)

export const position: Field<Position | null> = orNull(positionSchema, (given) =>
  Position.is(given)
    ? E.right(given)
    : expected('a position as answers give it', '应答中给出的位点'),
)

export const readRunId = (text: string): E.Either<Words, RunId> =>
  RunId.is(text) ? E.right(text) : expected('32 hexadecimal digits', ' 32 位十六进制数字')

const runIdSchema: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{32}$' }

export const runId: Field<RunId | null> = orNull(runIdSchema, readRunId)

export const revision: Field<Revision | null> = orNull({ type: 'integer', minimum: 0 }, (given) => {
  const decoded = Revision.decode(/^\d{1,15}$/.test(given) ? Number(given) : null)
  return E.isRight(decoded) ? decoded : expected('`next` of the page before', '上一页应答中的 next')
})

/** What every question takes. */
export const everyQuestion = {
  after: saying(position, 'Answer only once everything up to this position can be seen.'),
} as const

/** What every list takes. */
export const page = {
  limit: integerBetween(1, pageLimitMax, 50),
  cursor: saying(text(2_000), '`next` of the page before.'),
} as const

export const pageOf = ({ limit, cursor }: Query<typeof page>): PageRequest => ({ limit, cursor })

/** A job's name alone does not say which task is meant. */
export const jobNeedsGroup = (query: {
  readonly group: KeyPart | null
  readonly job: KeyPart | null
}): FieldProblem | null =>
  query.job !== null && query.group === null
    ? { field: 'job', message: { en: 'only together with group.', zh: '须与 group 一起使用。' } }
    : null
