// A keyset-paged list without an end: pages are fetched as they come into sight and kept; only those
// in sight are asked for again. When a page now ends at another row, what came after it is dropped and
// fetched anew, so that rows are neither doubled nor lost.
import {
  keepPreviousData,
  replaceEqualDeep,
  useQuery,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { every } from '../api/live.ts'

interface Page<Row> {
  readonly cursor: string | null
  readonly rows: readonly Row[]
  readonly next: string | null
}
interface Loaded<Row> {
  readonly pages: readonly Page<Row>[]
}
type FetchPage<Row> = (
  cursor: string | null,
  signal?: AbortSignal,
) => Promise<{ readonly rows: readonly Row[]; readonly next: string | null }>

export interface Endless<Row> {
  readonly rows: readonly Row[]
  readonly hasMore: boolean
  readonly isPending: boolean
  readonly isPlaceholder: boolean
  readonly error: Error | null
  readonly refetch: () => unknown
  /** Says which rows can be seen, and fetches what is missing soon. */
  readonly show: (from: number, to: number) => void
  /** Whether the first rows are in sight, where new ones would come in. */
  readonly atTop: boolean
}

interface Options<Row> {
  readonly name: string
  /** The filter; a list for each. */
  readonly query: string
  readonly fetchPage: FetchPage<Row>
  /** Between two refreshes of what is in sight; false: never. */
  readonly everyMs: number | false
}

const aheadRows = 40

export const useEndless = <Row>(options: Options<Row>): Endless<Row> => {
  const { name, query, fetchPage, everyMs } = options
  const key = useMemo(() => ['list', name, query], [name, query])
  const client = useQueryClient()
  const seen = useRef({ from: 0, to: 0 })
  const fetching = useRef(false)
  const [atTop, setAtTop] = useState(true)
  const loaded = useQuery<Loaded<Row>>({
    queryKey: key,
    refetchInterval: everyMs === false ? false : every(everyMs),
    // News from the feed leave a list alone that stands still.
    meta: { still: everyMs === false },
    structuralSharing: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => refreshed(client, key, seen.current, fetchPage, signal),
  })
  const pages = loaded.data?.pages
  const rows = useMemo(() => pages?.flatMap((page) => page.rows) ?? [], [pages])
  const next = pages?.at(-1)?.next ?? null

  const show = useCallback(
    (from: number, to: number) => {
      seen.current = { from, to }
      setAtTop(from === 0)
      if (next === null || fetching.current || to + aheadRows < rows.length) return
      fetching.current = true
      void fetchPage(next)
        .then((page) => append(client, key, { cursor: next, ...page }))
        // Whoever keeps the page fresh meets the same trouble and shows it.
        .catch(() => undefined)
        .finally(() => {
          fetching.current = false
        })
    },
    [client, key, fetchPage, next, rows.length],
  )
  const { isPending, isPlaceholderData: isPlaceholder, error, refetch } = loaded
  return { rows, hasMore: next !== null, isPending, isPlaceholder, error, refetch, show, atTop }
}

const kept = <Row>(client: QueryClient, key: readonly unknown[]): readonly Page<Row>[] =>
  client.getQueryData<Loaded<Row>>(key)?.pages ?? []

const append = <Row>(client: QueryClient, key: readonly unknown[], page: Page<Row>): void => {
  const pages = kept<Row>(client, key)
  if (pages.at(-1)?.next === page.cursor)
    client.setQueryData<Loaded<Row>>(key, { pages: [...pages, page] })
}

/** The pages in sight, asked for again and put among what is kept by then. */
const refreshed = async <Row>(
  client: QueryClient,
  key: readonly unknown[],
  seen: { readonly from: number; readonly to: number },
  fetchPage: FetchPage<Row>,
  signal: AbortSignal,
): Promise<Loaded<Row>> => {
  const asked = inSight(kept<Row>(client, key), seen)
  const fresh: Page<Row>[] = []
  for (const cursor of asked) {
    const page = { cursor, ...(await fetchPage(cursor, signal)) }
    fresh.push(page)
    const follower = asked[fresh.length]
    if (follower !== undefined && follower !== page.next) break
  }
  return { pages: fresh.reduce(put, kept<Row>(client, key)) }
}

const inSight = <Row>(
  pages: readonly Page<Row>[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly (string | null)[] => {
  let first = 0
  const cursors = pages.flatMap(({ cursor, rows }) => {
    const last = first + rows.length
    const visible = first <= to && last >= from
    first = last
    return visible ? [cursor] : []
  })
  return cursors.length === 0 ? [null] : cursors
}

/** Exported for its test. */
export const put = <Row>(pages: readonly Page<Row>[], fresh: Page<Row>): readonly Page<Row>[] => {
  const at = pages.findIndex(({ cursor }) => cursor === fresh.cursor)
  const before = pages[at]
  if (before === undefined) return fresh.cursor === null ? [fresh] : pages
  // Rows that say the same stay the same objects, so that they are not drawn again.
  const page = replaceEqualDeep(before, fresh)
  const goesOn = pages[at + 1]?.cursor === page.next
  return [...pages.slice(0, at), page, ...(goesOn ? pages.slice(at + 1) : [])]
}
