// Lists that come in pages, read until there are enough.
import * as t from 'io-ts'
import type { Reply, Service } from './service.ts'

const pageSize = 200

export interface Paged<P, A> {
  readonly path: string
  readonly query: Readonly<Record<string, string | null | undefined>>
  readonly codec: t.Decoder<unknown, P>
  readonly itemsOf: (page: P) => readonly A[]
  /** The field of an answer that holds the items. */
  readonly name: string
  readonly countMax: number
}

/** `json`: the items of all pages as they came, in the shape of one page. */
export const readPages = async <P extends { readonly next: string | null }, A>(
  service: Service,
  { path, query, codec, itemsOf, name, countMax }: Paged<P, A>,
): Promise<{ readonly items: readonly A[]; readonly more: boolean; readonly json: object }> => {
  const items: A[] = []
  const raw: unknown[] = []
  let cursor: string | null = null
  do {
    const limit = Math.min(pageSize, countMax - items.length)
    const reply: Reply<P> = await service.send({ path, query: { ...query, limit, cursor }, codec })
    items.push(...itemsOf(reply.value))
    raw.push(...listIn(reply.json, name))
    cursor = reply.value.next
  } while (cursor !== null && items.length < countMax)
  return { items, more: cursor !== null, json: { [name]: raw, next: cursor } }
}

const listIn = (json: unknown, name: string): readonly unknown[] => {
  const list: unknown = t.UnknownRecord.is(json) ? json[name] : undefined
  return t.UnknownArray.is(list) ? list : []
}
