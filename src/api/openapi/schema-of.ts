// A codec as JSON Schema: what it decodes, or what it encodes to, which in this API is the same. Walks
// every kind of codec there is in the API; a predicate nobody described, or two codecs of one name,
// is a bug and is thrown, so that no description is quietly less than the truth.
import * as t from 'io-ts'
import { descriptionOf, serviceDefault, type Description, type JsonSchema } from '../described.ts'
import { patchOf, without } from './patch-schema.ts'

/** Schemas that have a name, collected on the way. */
export interface Components {
  readonly schemas: Map<string, JsonSchema>
  readonly codecs: Map<string, t.Mixed>
}

export const createComponents = (): Components => ({ schemas: new Map(), codecs: new Map() })

export const schemaOf = (codec: t.Mixed, components: Components): JsonSchema => {
  const { name } = descriptionOf(codec)
  if (name === undefined) return written(codec, components)
  const known = components.codecs.get(name)
  if (known !== undefined && known !== codec) throw new Error(`two codecs are called ${name}`)
  if (known === undefined) {
    components.codecs.set(name, codec)
    components.schemas.set(name, written(codec, components))
  }
  return { $ref: `#/components/schemas/${name}` }
}

/** Named members of an intersection stand in it with their fields, not by their names. */
const written = (codec: t.Mixed, components: Components): JsonSchema => {
  const {
    about,
    schema,
    fields = {},
    defaults = {},
    closed,
    example,
    patchOf: patch,
  } = descriptionOf(codec)
  const plain = schema ?? patched(patch, components) ?? walked(codec, components)
  const { properties, required } = plain
  const explained = properties === undefined ? {} : explainedFields(properties, fields, defaults)
  const unknown = Object.keys(fields).filter((field) => properties?.[field] === undefined)
  if (unknown.length > 0) throw new Error(`not fields of ${codec.name}: ${unknown.join(', ')}`)
  const needed = required?.filter((field) => !Object.hasOwn(defaults, field)) ?? []
  const rest = without(plain, ['required'])
  return {
    ...rest,
    ...explained,
    ...(needed.length === 0 ? {} : { required: needed }),
    ...(closed === true ? { additionalProperties: false } : {}),
    ...(about === undefined ? {} : { description: about }),
    ...(example === undefined ? {} : { examples: [example] }),
  }
}

const patched = (of: t.Mixed | undefined, components: Components): JsonSchema | undefined =>
  of === undefined ? undefined : patchOf(schemaOf(of, components), components.schemas)

const explainedFields = (
  properties: Readonly<Record<string, JsonSchema>>,
  fields: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, unknown>>,
): JsonSchema => ({
  properties: Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const about = [fields[name] ?? [], defaultIn(defaults, name)].flat().join(' ')
      return [name, { ...schema, ...(about === '' ? {} : { description: about }) }]
    }),
  ),
})

/** In words: with the keyword `default`, generators of clients take a field for one that is there. */
const defaultIn = (
  defaults: Readonly<Record<string, unknown>>,
  name: string,
): readonly string[] => {
  const value = defaults[name]
  if (!Object.hasOwn(defaults, name)) return []
  if (value === serviceDefault) return ['Left out: the default of the service.']
  return [`Left out: \`${JSON.stringify(value)}\`.`]
}

const walked = (codec: t.Mixed, components: Components): JsonSchema => {
  if (codec instanceof t.InterfaceType || codec instanceof t.PartialType)
    return objectOf(codec, components)
  const bare = bareOf(codec)
  if (bare !== null) return written(bare, components)
  if (codec instanceof t.IntersectionType) return merged(codecsIn(codec.types), components)
  if (codec instanceof t.UnionType) return choiceOf(codecsIn(codec.types), components)
  if (codec instanceof t.KeyofType)
    return { type: 'string', enum: Object.keys(objectIn(codec.keys)) }
  if (codec instanceof t.LiteralType) return { type: typeof codec.value, enum: [codec.value] }
  if (codec instanceof t.ReadonlyArrayType || codec instanceof t.ArrayType)
    return { type: 'array', items: schemaOf(codecIn(codec.type), components) }
  if (codec instanceof t.DictionaryType) {
    const values = schemaOf(codecIn(codec.codomain), components)
    return { type: 'object', additionalProperties: values }
  }
  const primitive = primitives.get(codec)
  if (primitive !== undefined) return primitive
  throw new Error(`nobody says what ${codec.name} is`)
}

const primitives: ReadonlyMap<t.Mixed, JsonSchema> = new Map<t.Mixed, JsonSchema>([
  [t.string, { type: 'string' }],
  [t.number, { type: 'number' }],
  [t.boolean, { type: 'boolean' }],
  [t.null, { type: 'null' }],
  [t.unknown, {}],
])

const objectOf = (
  codec: t.InterfaceType<t.Props> | t.PartialType<t.Props>,
  components: Components,
): JsonSchema => {
  const properties = Object.entries(codec.props).map(
    ([name, field]) => [name, schemaOf(field, components)] as const,
  )
  const names = codec instanceof t.InterfaceType ? properties.map(([name]) => name) : []
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(names.length === 0 ? {} : { required: names }),
  }
}

const merged = (members: readonly t.Mixed[], components: Components): JsonSchema => {
  const schemas = members.map((member) => written(member, components))
  return {
    type: 'object',
    properties: Object.fromEntries(
      schemas.flatMap(({ properties }) => Object.entries(properties ?? {})),
    ),
    required: schemas.flatMap(({ required = [] }) => required),
  }
}

const choiceOf = (members: readonly t.Mixed[], components: Components): JsonSchema => {
  const others = members.filter((member) => member !== t.null)
  const isNullable = others.length < members.length
  const schemas = others.map((member) => schemaOf(member, components))
  const [only] = schemas
  if (schemas.length > 1 || only === undefined) {
    const tags = others.map(tagOf)
    if (!isNullable && tags.every((tag) => tag !== null)) return taggedChoice(tags, schemas)
    return { anyOf: [...schemas, ...(isNullable ? [{ type: 'null' }] : [])] }
  }
  if (!isNullable) return only
  if (typeof only.type !== 'string') return { anyOf: [only, { type: 'null' }] }
  const words = only.enum === undefined ? {} : { enum: [...only.enum, null] }
  return { ...only, ...words, type: [only.type, 'null'] }
}

type Tag = NonNullable<Description['tag']>

const taggedChoice = (tags: readonly Tag[], schemas: readonly JsonSchema[]): JsonSchema => {
  const references = schemas.map(({ $ref }) => $ref)
  const mapping = Object.fromEntries(
    tags.map(({ value }, index) => [value, references[index] ?? '']),
  )
  const propertyName = tags[0]?.field ?? 'type'
  return references.every((reference) => reference !== undefined)
    ? { oneOf: schemas, discriminator: { propertyName, mapping } }
    : { oneOf: schemas }
}

/** What a member says of itself, or the literal of its field `type`. */
const tagOf = (codec: t.Mixed): Tag | null => {
  const { tag: said } = descriptionOf(codec)
  if (said !== undefined) return said
  const bare = bareOf(codec)
  if (bare !== null) return tagOf(bare)
  const tag: unknown =
    codec instanceof t.InterfaceType ? Reflect.get(objectIn(codec.props), 'type') : null
  return tag instanceof t.LiteralType && typeof tag.value === 'string'
    ? { field: 'type', value: tag.value }
    : null
}

/** What a codec that only changes the type stands around; null: it is none. */
const bareOf = (codec: t.Mixed): t.Mixed | null => {
  if (codec instanceof t.ReadonlyType) return codecIn(codec.type)
  return codec instanceof t.ExactType ? codecIn(codec.type) : null
}

// The library types the parts of a codec as `any`; each is a codec.
const codecIn = (part: unknown): t.Mixed => part as t.Mixed
const codecsIn = (parts: unknown): readonly t.Mixed[] => parts as readonly t.Mixed[]
const objectIn = (props: unknown): object => props as object
