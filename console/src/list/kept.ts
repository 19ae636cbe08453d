// What the browser keeps for a list: which columns are hidden, which views were given a name. What
// cannot be read, because it is older or broken, is forgotten.
import * as t from 'io-ts'
import { useState } from 'react'

const View = t.type({ name: t.string, query: t.string })
export type View = t.TypeOf<typeof View>

const useKept = <A>(name: string, codec: t.Type<A, A>, absent: A) => {
  const [value, setValue] = useState(() => read(name, codec) ?? absent)
  const keep = (next: A) => {
    localStorage.setItem(name, JSON.stringify(next))
    setValue(next)
  }
  return [value, keep] as const
}

const read = <A>(name: string, codec: t.Type<A, A>): A | null => {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(name) ?? 'null')
    return codec.is(value) ? value : null
  } catch {
    return null
  }
}

export const useHiddenColumns = (list: string, absent: readonly string[]) =>
  useKept(`carillon.hidden.${list}`, t.readonlyArray(t.string), absent)

export const useViews = (list: string) =>
  useKept(`carillon.views.${list}`, t.readonlyArray(View), [])
