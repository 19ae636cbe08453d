// What people and the service changed about a task, newest first; the definition of a revision is in
// its event.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { get, taskPath, type Key } from '../api/client.ts'
import { Definition, Events, type Event } from '../api/types.ts'
import { every } from '../api/live.ts'

const kinds = {
  TaskAdded: null,
  TaskReplaced: null,
  TaskPaused: null,
  TaskResumed: null,
  TaskDeleted: null,
  TaskCompleted: null,
}
const Kind = t.keyof(kinds)
const text = t.union([t.string, t.null])
const Change = t.type({
  revision: t.number,
  at: t.string,
  type: Kind,
  actor: text,
  reason: text,
  source: text,
})
export type Change = t.TypeOf<typeof Change>
const Changes = t.type({ activity: t.array(Change), next: text })

const pageOf = (key: Key, types: string, limit: number, cursor: string | null) => {
  const query = new URLSearchParams({ group: key.group, job: key.job, type: types })
  query.set('limit', String(limit))
  if (cursor !== null) query.set('cursor', cursor)
  return get(`/activity?${query}`, Changes)
}

export const useChanges = (key: Key) =>
  useInfiniteQuery({
    queryKey: ['changes', key.group, key.job],
    refetchInterval: every(5_000),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => pageOf(key, Object.keys(kinds).join(), 50, pageParam),
    getNextPageParam: ({ next }) => next,
  })

export const hasDefinition = ({ type }: Change): boolean =>
  type === 'TaskAdded' || type === 'TaskReplaced'

/** An event never changes, so it is asked for once. */
export const useDefinition = (key: Key, revision: number | null) =>
  useQuery({
    queryKey: ['definition', key.group, key.job, revision],
    enabled: revision !== null,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const path = `${taskPath(key)}/events?cursor=${revision}&limit=1`
      const { events } = await get(path, Events, signal)
      return definitionIn(events)
    },
  })

const definitionIn = (events: readonly Event[]): Definition | null => {
  const given = events[0]?.data['definition']
  return Definition.is(given) ? given : null
}
