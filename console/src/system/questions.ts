// What the service says about itself.
import { useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { get } from '../api/client.ts'
import { nullable } from '../api/types.ts'

const Readiness = t.type({
  ready: t.boolean,
  checks: t.array(
    t.intersection([
      t.type({ name: t.string, problem: nullable(t.string) }),
      /** Told, but the service works on. */
      t.partial({ advisory: t.boolean }),
    ]),
  ),
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

const Node = t.intersection([
  t.type({
    id: t.string,
    roles: t.array(t.string),
    state: t.keyof({ running: null, suspect: null, stopped: null, lost: null }),
    host: t.string,
    pid: t.number,
    version: t.string,
    startedAt: t.string,
    lastSeenAt: nullable(t.string),
    endedAt: nullable(t.string),
    lostBy: nullable(t.string),
    clock: t.type({
      offsetMs: nullable(t.number),
      trusted: t.boolean,
      because: nullable(t.string),
    }),
    owns: nullable(t.number),
  }),
  /** Shares of the tasks, of which each has one holder. */
  t.partial({ shares: nullable(t.number) }),
])
export type Node = t.TypeOf<typeof Node>
const Nodes = t.type({ nodes: t.array(Node) })

export const useNodes = () =>
  useQuery({
    queryKey: ['nodes'],
    refetchInterval: 2_000,
    queryFn: ({ signal }) => get('/nodes', Nodes, signal),
  })

const Setting = t.type({
  name: t.string,
  value: t.unknown,
  /** It may hold a password: only that it is set is told. */
  hidden: t.boolean,
  meaning: t.type({ en: t.string, zh: t.string }),
})
export type Setting = t.TypeOf<typeof Setting>
const Settings = t.type({ node: t.string, settings: t.array(Setting) })

/** They stand as long as the process does. */
export const useSettings = () =>
  useQuery({
    queryKey: ['settings'],
    staleTime: 60_000,
    queryFn: ({ signal }) => get('/settings', Settings, signal),
  })
