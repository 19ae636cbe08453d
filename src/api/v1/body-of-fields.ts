// A JSON body that is read as a query string is, by a table of fields: what it looks like.
import * as t from 'io-ts'
import { described, type JsonSchema } from '../described.ts'
import type { Fields } from './query.ts'

export const schemaOfFields = (fields: Fields): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(fields).map(([name, { schema }]) => [name, inBody(schema)]),
  ),
  additionalProperties: false,
})

/** Several words may stand in one text, with commas, here too. */
const inBody = (schema: JsonSchema): JsonSchema =>
  schema.type === 'array' ? { anyOf: [schema, { type: 'string' }] } : schema

export const bodyOf = (
  name: string,
  fields: Fields,
  more: {
    readonly example: object
    readonly properties?: Readonly<Record<string, JsonSchema>>
  },
) => {
  const { properties, ...schema } = schemaOfFields(fields)
  return described(t.record(t.string, t.unknown), {
    name,
    schema: { ...schema, properties: { ...more.properties, ...properties } },
    example: more.example,
  })
}
