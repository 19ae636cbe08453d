// The questions the pages ask, each asked again every few seconds while the page can be seen.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { get, post, taskPath, type Key } from './client.ts'
import { Events, Groups, Run, Preview, Runs, Task, type Task as OneTask } from './types.ts'
import { every } from './live.ts'

const everyMs = 2_000
const pageSize = 50

const queryOf = (filter: Readonly<Record<string, string>>, cursor: string | null): string => {
  const given = Object.entries(filter).filter(([, value]) => value !== '')
  const query = new URLSearchParams([['limit', String(pageSize)], ...given])
  if (cursor !== null) query.set('cursor', cursor)
  return query.toString()
}

const paged = {
  initialPageParam: null as string | null,
  refetchInterval: every(everyMs),
  placeholderData: keepPreviousData,
}

export const useRuns = (filter: Readonly<Record<string, string>>) =>
  useInfiniteQuery({
    ...paged,
    queryKey: ['runs', filter],
    queryFn: ({ pageParam, signal }) => get(`/runs?${queryOf(filter, pageParam)}`, Runs, signal),
    getNextPageParam: ({ next }) => next,
  })

export const useEvents = (key: Key | null, from: number | null = null) =>
  useQuery({
    queryKey: ['events', key?.group, key?.job, from],
    enabled: key !== null,
    refetchInterval: every(everyMs),
    queryFn: ({ signal }) => {
      const path = key === null ? '' : taskPath(key)
      return get(
        `${path}/events?limit=200${from === null ? '' : `&cursor=${from}`}`,
        Events,
        signal,
      )
    },
  })

export const useGroups = () =>
  useQuery({
    queryKey: ['groups'],
    refetchInterval: every(everyMs),
    queryFn: ({ signal }) => get('/groups', Groups, signal),
  })

export const useTask = (key: Key) =>
  useQuery({
    queryKey: ['task', key],
    refetchInterval: every(everyMs),
    queryFn: ({ signal }) => get(taskPath(key), Task, signal),
  })

export const useRun = (runId: string) =>
  useQuery({
    queryKey: ['run', runId],
    refetchInterval: every(everyMs),
    queryFn: ({ signal }) => get(`/runs/${encodeURIComponent(runId)}`, Run, signal),
  })

export const useNextFires = ({ definition: { schedule } }: OneTask) =>
  useQuery({
    queryKey: ['preview', schedule],
    refetchInterval: 30_000,
    queryFn: () => post('/preview', { schedule, count: 10 }, Preview),
  })
