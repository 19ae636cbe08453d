// One command for many tasks, as the API carries it out: asked once, then watched until it has ended.
import { useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { get, post, type Key, type Verb } from '../api/client.ts'

const Bulk = t.type({
  id: t.string,
  action: t.keyof({ pause: null, resume: null, trigger: null, delete: null }),
  state: t.keyof({ running: null, interrupted: null, done: null }),
  /** Null until all tasks the filter names have been found. */
  total: t.union([t.number, t.null]),
  done: t.number,
  changed: t.number,
  unchanged: t.number,
  refused: t.number,
  problems: t.array(t.type({ group: t.string, job: t.string, problem: t.string })),
})
const Rehearsed = t.type({ total: t.number })

/** The tasks chosen one by one, or all the list shows with its filter. */
export type Target =
  { readonly keys: readonly Key[] } | { readonly filter: Readonly<Record<string, string>> }

const bodyOf = (target: Target): object => {
  if ('keys' in target)
    return { filter: { keys: target.keys.map(({ group, job }) => ({ group, job })) } }
  const filter = Object.fromEntries(
    Object.entries(target.filter).filter(([, value]) => value !== ''),
  )
  return { filter, all: 'true' }
}

export const startBulk = (verb: Verb, target: Target, reason: string) =>
  post(`/bulk/${verb}`, { ...bodyOf(target), ...(reason === '' ? {} : { reason }) }, Bulk)

export const continueBulk = (id: string) => post(`/bulk/${id}/continue`, {}, Bulk)

/** How many tasks it would be. */
export const useRehearsal = (verb: Verb, target: Target) =>
  useQuery({
    queryKey: ['rehearsal', verb, target],
    queryFn: () => post(`/bulk/${verb}`, { ...bodyOf(target), dryRun: 'true' }, Rehearsed),
  })

const everyMs = 500

export const useBulk = (id: string) =>
  useQuery({
    queryKey: ['bulk', id],
    queryFn: ({ signal }) => get(`/bulk/${id}`, Bulk, signal),
    refetchInterval: (query) => (query.state.data?.state === 'done' ? false : everyMs),
  })
