// What a codec would have taken, in words for the one whose value was refused: what is known of it, or
// what its kind says. No codec is called by its own name.
import * as t from 'io-ts'
import { descriptionOf } from '../described.ts'
import type { Words } from '../refusals.ts'

export const expectedBy = (codec: t.Mixed): Words => {
  const { expected } = descriptionOf(codec)
  if (expected !== undefined) return expected
  if (codec instanceof t.StringType) return { en: 'a text', zh: '文本' }
  if (codec instanceof t.NumberType) return { en: 'a number', zh: '数字' }
  if (codec instanceof t.BooleanType) return { en: 'true or false', zh: 'true 或 false' }
  if (codec instanceof t.NullType) return { en: 'null', zh: 'null' }
  if (codec instanceof t.LiteralType) return oneOf([codec.value])
  if (codec instanceof t.KeyofType) return oneOf(Object.keys(codec.keys as object))
  if (codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType)
    return { en: 'a list', zh: '列表' }
  if (codec instanceof t.RefinementType) return expectedBy(codec.type as t.Mixed)
  if (codec instanceof t.ReadonlyType || codec instanceof t.ExactType)
    return expectedBy(codec.type as t.Mixed)
  if (codec instanceof t.UnionType)
    return anyOf((codec.types as readonly t.Mixed[]).map(expectedBy))
  return { en: 'an object', zh: '对象' }
}

/** The words one of which tells what kind of object it is, and the field they stand in; null: none. */
export const tagOf = (codec: t.Mixed): { readonly field: string; readonly words: Words } | null => {
  if (!(codec instanceof t.UnionType)) return null
  const members = (codec.types as readonly t.Mixed[]).map(literalsOf)
  const [first] = members
  const field = [...(first ?? new Map<string, unknown>()).keys()].find((name) =>
    members.every((literals) => literals.has(name)),
  )
  return field === undefined
    ? null
    : { field, words: oneOf(members.map((literals) => literals.get(field))) }
}

const literalsOf = (codec: t.Mixed): ReadonlyMap<string, unknown> => {
  if (codec instanceof t.ReadonlyType || codec instanceof t.ExactType)
    return literalsOf(codec.type as t.Mixed)
  if (codec instanceof t.IntersectionType)
    return new Map((codec.types as readonly t.Mixed[]).flatMap((part) => [...literalsOf(part)]))
  if (!(codec instanceof t.InterfaceType)) return new Map()
  const props = Object.entries(codec.props as Readonly<Record<string, t.Mixed>>)
  return new Map(
    props.flatMap(([name, prop]) =>
      prop instanceof t.LiteralType ? [[name, prop.value as unknown] as const] : [],
    ),
  )
}

const oneOf = (values: readonly unknown[]): Words => {
  const words = values.map(String)
  return words.length === 1
    ? { en: words.join(), zh: words.join() }
    : { en: `one of ${words.join(', ')}`, zh: `以下之一：${words.join('、')}` }
}

/** What several would have taken, each told once. */
export const anyOf = (all: readonly Words[]): Words => ({
  en: [...new Set(all.map(({ en }) => en))].join(' or '),
  zh: [...new Set(all.map(({ zh }) => zh))]
    .map((zh, index) => (index > 0 && /^[!-~]/.test(zh) ? ` ${zh}` : zh))
    .join('或'),
})
