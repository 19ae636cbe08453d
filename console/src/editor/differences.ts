// Old against new, field by field: what a replace would change, and how a change of somebody else is
// kept beside one's own. A list counts as one value. Pure.
import type { Draft } from './draft.ts'

export interface Difference {
  /** `policy.retries.max` */
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

type Fields = ReadonlyMap<string, unknown>

export const differences = (from: object, to: object): readonly Difference[] => {
  const [before, after] = [fieldsOf(from), fieldsOf(to)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((field) => ({ field, from: before.get(field), to: after.get(field) }))
    .filter((one) => !same(one.from, one.to))
}

/** Somebody else's draft with everything in it that `mine` had changed since `base`. */
export const rebased = (base: Draft, mine: Draft, theirs: Draft): Draft => ({
  ...kept(base, mine, theirs),
  policy: kept(base.policy, mine.policy, theirs.policy),
  retries: kept(base.retries, mine.retries, theirs.retries),
})

const kept = <T extends object>(base: T, mine: T, theirs: T): T => {
  const merged = { ...theirs }
  for (const name of Object.keys(mine) as (keyof T)[])
    if (!same(base[name], mine[name])) merged[name] = mine[name]
  return merged
}

const under = (path: string, name: string) => (path === '' ? name : `${path}.${name}`)

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldsOf = (value: object): Fields => {
  const found = new Map<string, unknown>()
  const visit = (path: string, one: unknown): void => {
    if (!isFields(one)) return void found.set(path, one)
    for (const [name, inner] of Object.entries(one)) visit(under(path, name), inner)
  }
  visit('', value)
  return found
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
