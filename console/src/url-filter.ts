// Filters live in the address, so that a view can be bookmarked and sent to a colleague.
import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

export const useUrlFilter = <K extends string>(names: readonly K[]) => {
  const [query, setQuery] = useSearchParams()
  const valueOf = (name: K): string => query.get(name) ?? ''
  const set = useCallback(
    (name: K, value: string) =>
      setQuery(
        (before) => {
          const after = new URLSearchParams(before)
          if (value === '') after.delete(name)
          else after.set(name, value)
          return after
        },
        { replace: true },
      ),
    [setQuery],
  )
  const isEmpty = names.every((name) => valueOf(name) === '')
  return { valueOf, set, isEmpty, clear: () => setQuery({}, { replace: true }) }
}
