// One route as OpenAPI has it: its parameters from the question that reads them, its body and answers
// from their codecs, its refusals from what its kind of route can be refused with.
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { descriptionOf, type JsonSchema } from '../described.ts'
import { keyPartSchema, type Fields } from '../v1/query.ts'
import type { Answer, Operation } from './operation.ts'
import { schemaOf, type Components } from './schema-of.ts'

export interface Route {
  readonly method: string
  /** `/api/v1/tasks/{group}/{job}`. */
  readonly path: string
  /** Of the query string; null: it has none to speak of. */
  readonly fields: Fields | null
}

export const describeOperation = (route: Route, operation: Operation, components: Components) => {
  const { id, tag, summary, about } = operation
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: about === undefined ? `${summary}.` : `${summary}. ${about}`,
    parameters: parametersOf(route, operation),
    ...bodyOf(operation, components),
    responses: responsesOf(route, operation, components),
  }
}

const isRest = ({ path }: Route): boolean => path.startsWith('/api/')
const isDispatchserver = (route: Route): boolean =>
  !isRest(route) && !route.path.startsWith('/health')
const isChange = (route: Route): boolean => isRest(route) && route.method !== 'GET'
const isTenantsOwn = (route: Route): boolean =>
  (isRest(route) && route.fields !== null) || isDispatchserver(route)

const parameter = (name: string) => ({ $ref: `#/components/parameters/${name}` })

const parametersOf = (route: Route, { headers = [] }: Operation): readonly object[] => [
  ...namesIn(route.path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: pathSchemas[name] ?? { type: 'string' },
  })),
  ...Object.entries(route.fields ?? {}).map(queryParameter),
  ...(isTenantsOwn(route) ? [parameter('X-Tenant')] : []),
  ...(isChange(route) ? [parameter('Idempotency-Key')] : []),
  ...headers.map(parameter),
]

const namesIn = (path: string): readonly string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

const pathSchemas: Readonly<Record<string, JsonSchema>> = {
  group: keyPartSchema,
  job: keyPartSchema,
  runId: { type: 'string', pattern: '^[0-9a-f]{32}$' },
}

const queryParameter = ([name, { schema, absent }]: readonly [string, Fields[string]]) => {
  const { description, ...rest } = schema
  return {
    name,
    in: 'query',
    required: E.isLeft(absent),
    ...(description === undefined ? {} : { description }),
    ...(rest.type === 'array' ? { style: 'form', explode: false } : {}),
    schema: rest,
  }
}

const bodyOf = (
  { body, bodyMayLack = false, bodyTypes = ['application/json'] }: Operation,
  components: Components,
) => {
  if (body === undefined) return {}
  const schema = schemaOf(body, components)
  const { example } = descriptionOf(body)
  const content = bodyTypes.map((type) => {
    const isShown = example !== undefined && type.endsWith('json')
    return [type, { schema, ...(isShown ? { example } : {}) }]
  })
  return { requestBody: { required: !bodyMayLack, content: Object.fromEntries(content) as object } }
}

const responsesOf = (route: Route, operation: Operation, components: Components): object => {
  const answered = operation.answers.map((answer) => [
    answer.status,
    responseOf(route, operation, answer, components),
  ])
  const refused = refusedWith(route, operation).map((status) => [
    status,
    { $ref: `#/components/responses/Problem${status}` },
  ])
  return Object.fromEntries([...refused, ...answered]) as object
}

const refusedWith = (route: Route, { body, refuses = [] }: Operation): readonly number[] => {
  if (!isRest(route)) return [431]
  const statuses = [
    400,
    ...(namesIn(route.path).length > 0 ? [404] : []),
    ...(body === undefined ? [] : [408, 413]),
    ...(isChange(route) ? [409, 422] : []),
    ...refuses,
    500,
    503,
  ]
  return [...new Set(statuses)].sort((a, b) => a - b)
}

const responseOf = (
  route: Route,
  { etag = false }: Operation,
  { about, bodies, files }: Answer,
  components: Components,
) => {
  const names = [
    'X-Request-Id',
    ...(etag ? ['ETag'] : []),
    ...(isChange(route) ? ['X-Carillon-Position', 'Idempotency-Replayed'] : []),
    ...(isDispatchserver(route) ? ['X-Carillon-Position', 'error'] : []),
  ]
  const headers = names.map((name) => [name, { $ref: `#/components/headers/${name}` }])
  return {
    description: about,
    headers: Object.fromEntries(headers) as object,
    content: files === undefined ? jsonContent(bodies, components) : fileContent(files),
  }
}

const jsonContent = (bodies: readonly t.Mixed[], components: Components) => {
  const [only, ...more] = bodies.map((body) => schemaOf(body, components))
  const schema = only === undefined || more.length > 0 ? { anyOf: [only, ...more] } : only
  return { 'application/json': { schema } }
}

/** Text of any length; JSON that is sent as a file is a list of objects, or an object. */
const fileContent = (types: readonly string[]): object =>
  Object.fromEntries(
    types.map((type) => [type, { schema: type.endsWith('json') ? {} : { type: 'string' } }]),
  )
