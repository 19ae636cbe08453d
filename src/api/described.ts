// What a codec cannot say of itself: its limits as JSON Schema, its name in the description of the
// API, what its fields mean. Kept beside the codec, never instead of it: the description is made by
// walking the codecs that decode, and a codec that says too little stops it.
import * as t from 'io-ts'
import type { Words } from './refusals.ts'

/** As much of JSON Schema (2020-12) as the API needs. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly discriminator?: {
    readonly propertyName: string
    readonly mapping: Readonly<Record<string, string>>
  }
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly description?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
}

export interface Description {
  /** Its name among the schemas of the API; without one it stands where it is used. */
  readonly name?: string
  readonly about?: string
  /** Stands for what a predicate checks. */
  readonly schema?: JsonSchema
  /** What was expected, for the one whose value was refused. */
  readonly expected?: Words
  readonly fields?: Readonly<Record<string, string>>
  /** Values that stand in for fields left out. */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** It is a merge patch of what that codec decodes. */
  readonly patchOf?: t.Mixed
  /** The value by which it is told from others, and the field that has it. */
  readonly tag?: { readonly field: string; readonly value: string }
  /** Fields it does not know are refused. */
  readonly closed?: boolean
  readonly example?: unknown
}

/** Among defaults: what depends on the settings of the service, or on the moment. */
export const serviceDefault: unique symbol = Symbol('the default of the service')

export const serviceDefaults = (of: object): Readonly<Record<string, typeof serviceDefault>> =>
  Object.fromEntries(Object.keys(of).map((name) => [name, serviceDefault]))

/** The names of the fields an object may have, by its codec. */
export const fieldsOf = (codec: t.Mixed): readonly string[] => {
  if (codec instanceof t.InterfaceType || codec instanceof t.PartialType)
    return Object.keys(codec.props as object)
  if (codec instanceof t.IntersectionType)
    return (codec.types as readonly t.Mixed[]).flatMap(fieldsOf)
  if (codec instanceof t.ReadonlyType || codec instanceof t.ExactType)
    return fieldsOf(codec.type as t.Mixed)
  throw new Error(`${codec.name} has no fields`)
}

const descriptions = new WeakMap<t.Mixed, Description>()

export const descriptionOf = (codec: t.Mixed): Description => descriptions.get(codec) ?? {}

/** The codec itself, of which more is known now. */
export const described = <C extends t.Mixed>(codec: C, description: Description): C => {
  descriptions.set(codec, { ...descriptionOf(codec), ...description })
  return codec
}

export const nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null])

export const numberBetween = (minimum: number, maximum: number) =>
  described(
    t.refinement(
      t.number,
      (n) => n >= minimum && n <= maximum,
      `a number between ${minimum} and ${maximum}`,
    ),
    {
      schema: { type: 'number', minimum, maximum },
      expected: {
        en: `a number between ${minimum} and ${maximum}`,
        zh: `${minimum} 到 ${maximum} 之间的数`,
      },
    },
  )

export const integerBetween = (minimum: number, maximum: number) =>
  described(
    t.refinement(
      t.number,
      (n) => Number.isInteger(n) && n >= minimum && n <= maximum,
      `an integer between ${minimum} and ${maximum}`,
    ),
    {
      schema: { type: 'integer', minimum, maximum },
      expected: {
        en: `an integer between ${minimum} and ${maximum}`,
        zh: `${minimum} 到 ${maximum} 之间的整数`,
      },
    },
  )

export const textUpTo = (maxLength: number) =>
  described(
    t.refinement(t.string, (text) => text.length <= maxLength, `at most ${maxLength} characters`),
    {
      schema: { type: 'string', maxLength },
      expected: {
        en: `a text of at most ${maxLength} characters`,
        zh: `不超过 ${maxLength} 个字符的文本`,
      },
    },
  )
