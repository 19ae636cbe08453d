// The read models as the service tells of them, and the wish to have one made anew.
import { useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { get, post } from '../api/client.ts'
import { nullable } from '../api/types.ts'

const Rebuild = t.type({
  reason: nullable(t.string),
  requestedAt: t.string,
  startedAt: nullable(t.string),
  endedAt: nullable(t.string),
  problem: nullable(t.string),
})
const Projection = t.type({
  name: t.string,
  version: t.number,
  checkpoint: nullable(t.string),
  events: t.number,
  ageMs: nullable(t.number),
  tables: t.array(t.string),
  behind: t.boolean,
  rebuilding: nullable(t.intersection([Rebuild, t.type({ fraction: t.number, events: t.number })])),
  lastRebuild: nullable(Rebuild),
})
export type Projection = t.TypeOf<typeof Projection>
const Projections = t.type({ projections: t.array(Projection), head: nullable(t.string) })

export const useProjections = () =>
  useQuery({
    queryKey: ['projections'],
    refetchInterval: 2_000,
    queryFn: ({ signal }) => get('/projections', Projections, signal),
  })

export const rebuild = (name: string, reason: string) => {
  const why = reason === '' ? '' : `?${new URLSearchParams({ reason })}`
  return post(`/projections/${encodeURIComponent(name)}/rebuild${why}`, {}, t.unknown)
}
