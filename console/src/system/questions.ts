// What the service says about itself.
import { useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { nullable } from '../api/types.ts'

const Readiness = t.type({
  ready: t.boolean,
  checks: t.array(t.type({ name: t.string, problem: nullable(t.string) })),
})

/** Asked outside /api/v1, where load balancers ask it too; 503 is an answer like any other. */
export const useReadiness = () =>
  useQuery({
    queryKey: ['readiness'],
    refetchInterval: 5_000,
    queryFn: async ({ signal }) => {
      const response = await fetch('/health/ready', { signal })
      const decoded = Readiness.decode(await response.json())
      if (isLeft(decoded)) throw new Error('/health/ready')
      return decoded.right
    },
  })
