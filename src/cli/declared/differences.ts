// What differs between two definitions, field by field, as people read it.
import { flattened } from '../output/flattened.ts'
import { canonicalPayload, plainPayload } from './payload.ts'

export interface Difference {
  readonly field: string
  /** Null: not there. */
  readonly from: string | null
  readonly to: string | null
}

type Definition = Readonly<Record<string, unknown>>

export const differencesOf = (before: Definition, after: Definition): readonly Difference[] => {
  const [from, to] = isSamePayload(before, after)
    ? [withoutPayload(before), withoutPayload(after)]
    : [withPayload(before), withPayload(after)]
  const [old, news] = [flattened(from), flattened(to)]
  return [...new Set([...old.keys(), ...news.keys()])]
    .map((field) => ({ field, from: old.get(field) ?? null, to: news.get(field) ?? null }))
    .filter(({ from: was, to: is }) => was !== is)
}

const payloadOf = ({ dataJson }: Definition): string | null =>
  typeof dataJson === 'string' ? dataJson : null

const isSamePayload = (before: Definition, after: Definition): boolean =>
  canonicalPayload(payloadOf(before) ?? '') === canonicalPayload(payloadOf(after) ?? '')

const withoutPayload = (definition: Definition): Definition =>
  Object.fromEntries(Object.entries(definition).filter(([name]) => name !== 'dataJson'))

/** Field by field where nothing is lost by it, as text otherwise. */
const withPayload = (definition: Definition): Definition => {
  const text = payloadOf(definition)
  const plain = text === null ? null : plainPayload(text)
  return plain === undefined ? definition : { ...withoutPayload(definition), data: plain }
}
