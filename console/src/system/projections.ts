// The read models as the service tells of them, and the wish to have one made anew.
import { useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { get, post } from '../api/client.ts'
import { nullable } from '../api/types.ts'

const Projection = t.type({
  name: t.string,
  version: t.number,
  checkpoint: nullable(t.string),
  behind: t.boolean,
  rebuilding: nullable(t.type({ fraction: t.number })),
})
export type Projection = t.TypeOf<typeof Projection>
const Projections = t.type({ projections: t.array(Projection) })

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
