// Holds what the API is asked and answers against its own description: every reply of every test goes
// through here. A status, a type or a field that is not described is a failure, and so is a body that
// was accepted though its description forbids it.
import { Validator, type Schema } from '@cfworker/json-schema'

export interface Exchange {
  readonly method: string
  /** With its query string. */
  readonly path: string
  /** As it was sent; undefined: none, or not JSON. */
  readonly sent?: unknown
  readonly status: number
  readonly headers: Headers
  readonly json: unknown
}

interface Described {
  readonly matches: RegExp
  /** How many parts of the path stand for anything. */
  readonly anything: number
  readonly operation: DescribedOperation
}
interface DescribedOperation {
  readonly responses: Readonly<Record<string, { $ref?: string; content?: Content }>>
  readonly requestBody?: { readonly content: Content }
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, { content?: Content }>>
  }
}

export const holdTo = (description: unknown): ((exchange: Exchange) => void) => {
  const whole = description as Description
  const routes = Object.entries(whole.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Described => {
      const pattern = path.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+')
      const anything = path.split('{').length
      const matches = new RegExp(`^${method.toUpperCase()} ${pattern}$`)
      return { matches, anything, operation }
    }),
  )
  // A literal path goes before one with a part that stands for anything.
  routes.sort((a, b) => a.anything - b.anything)
  const schemas = { ...whole.components.schemas }
  const strict = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, closed(schema)]),
  )
  const validators = new Map<Schema, Validator>()
  const problemsIn = (schema: Schema, value: unknown, isAnswer: boolean): string => {
    const known = validators.get(schema)
    const validator =
      known ??
      new Validator(
        {
          ...(isAnswer ? closed(schema) : schema),
          components: { schemas: isAnswer ? strict : schemas },
        },
        '2020-12',
        false,
      )
    validators.set(schema, validator)
    const { valid, errors } = validator.validate(value)
    return valid ? '' : errors.map((one) => `${one.instanceLocation}: ${one.error}`).join('\n')
  }

  return ({ method, path, sent, status, headers, json }) => {
    const name = `${method} ${path.split('?')[0] ?? path}`
    const operation = routes.find(({ matches }) => matches.test(name))?.operation
    if (operation === undefined) return
    const said = operation.responses[String(status)]
    if (said === undefined) throw new Error(`${name} answers ${status}, which is not described`)
    const response =
      said.$ref === undefined
        ? said
        : whole.components.responses[said.$ref.replace('#/components/responses/', '')]
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? ''
    const answer = response?.content?.[type]
    if (answer === undefined)
      throw new Error(`${name} answers ${status} as ${type}, which is not described`)
    const wrong = problemsIn(answer.schema, json, true)
    if (wrong !== '')
      throw new Error(`${name} answers ${status} otherwise than described:\n${wrong}`)
    const body = Object.values(operation.requestBody?.content ?? {})[0]
    if (status >= 300 || sent === undefined || body === undefined) return
    if (!name.includes(' /api/')) return
    const forbidden = problemsIn(body.schema, sent, false)
    if (forbidden !== '')
      throw new Error(`${name} accepts what its description forbids:\n${forbidden}`)
  }
}

/** No field but those that are described. */
const closed = (schema: Schema): Schema => {
  const { properties, additionalProperties } = schema
  const parts = Object.entries(schema).map(([name, part]: [string, unknown]) => {
    if (name === 'properties' || name === '$defs')
      return [name, mapped(part as Record<string, Schema>)]
    if (name === 'anyOf' || name === 'oneOf') return [name, (part as Schema[]).map(closed)]
    if (name === 'items') return [name, closed(part as Schema)]
    if (name === 'additionalProperties' && typeof part === 'object')
      return [name, closed(part as Schema)]
    return [name, part]
  })
  const isObject = properties !== undefined && additionalProperties === undefined
  return {
    ...(Object.fromEntries(parts) as Schema),
    ...(isObject ? { additionalProperties: false } : {}),
  }
}

const mapped = (schemas: Record<string, Schema>): Record<string, Schema> =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema)]))
