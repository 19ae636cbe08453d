// The schema of a merge patch (RFC 7396), from the schema of what it changes: every field may be left
// out, and null stands for taking it away.
import type { JsonSchema } from '../described.ts'

export const patchOf = (
  schema: JsonSchema,
  schemas: ReadonlyMap<string, JsonSchema>,
): JsonSchema => {
  const resolve = ({ $ref }: JsonSchema): JsonSchema | undefined =>
    $ref === undefined ? undefined : schemas.get($ref.replace('#/components/schemas/', ''))
  const partly = (whole: JsonSchema): JsonSchema => {
    const target = resolve(whole)
    if (target !== undefined) return partly(target)
    if (whole.oneOf !== undefined) return { anyOf: whole.oneOf.map(partly) }
    const { properties } = whole
    const rest = without(whole, ['properties', 'required', 'examples'])
    if (properties === undefined) return rest
    const fields = Object.entries(properties).map(([name, field]) => {
      const changed = partly(field)
      const description = field.description ?? changed.description
      const said = description === undefined ? {} : { description }
      return [name, orNull({ ...changed, ...said })] as const
    })
    return { ...rest, properties: Object.fromEntries(fields) }
  }
  return partly(schema)
}

export const without = (schema: JsonSchema, names: readonly (keyof JsonSchema)[]): JsonSchema =>
  Object.fromEntries(
    Object.entries(schema).filter(([name]) => !names.some((other) => other === name)),
  )

const orNull = (schema: JsonSchema): JsonSchema => {
  const { type, enum: words, anyOf } = schema
  if (type === undefined && anyOf === undefined) return schema
  if (anyOf !== undefined) return { ...schema, anyOf: [...anyOf, { type: 'null' }] }
  const types = [type].flat().filter((one) => one !== undefined)
  return {
    ...schema,
    type: [...new Set([...types, 'null'])],
    ...(words === undefined ? {} : { enum: [...words, null] }),
  }
}
