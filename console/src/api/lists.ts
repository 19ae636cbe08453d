// The long lists: their pages, each kept apart by its filter.
import { useCallback } from 'react'
import { Activity, type Entry } from './activity.ts'
import { useEndless, type Endless } from '../list/endless.ts'
import { stripLength } from '../tasks/strip.tsx'
import { get } from './client.ts'
import { Runs, Tasks, type Run, type Summary } from './types.ts'

const everyMs = 2_000
const pageRows = 100

export type Filter = Readonly<Record<string, string>>

/** Only what is set, so that no filter means no filter; in a fixed order, so that it can be a key. */
const queryOf = (filter: Filter): string => {
  const given = Object.entries(filter).filter(([, value]) => value !== '')
  return new URLSearchParams([...given, ['limit', String(pageRows)]]).toString()
}
const at = (cursor: string | null): string =>
  cursor === null ? '' : `&${new URLSearchParams({ cursor })}`

export const useTaskList = (filter: Filter): Endless<Summary> => {
  const query = queryOf(filter)
  const fetchPage = useCallback(
    async (cursor: string | null, signal?: AbortSignal) => {
      const path = `/tasks?${query}&recent=${stripLength}${at(cursor)}`
      const { tasks, next } = await get(path, Tasks, signal)
      return { rows: tasks, next }
    },
    [query],
  )
  return useEndless({ name: 'tasks', query, fetchPage, everyMs: everyMs })
}

/** Newest first. Frozen, it stays as it is while new runs begin. */
export const useRunList = (filter: Filter, frozen: boolean): Endless<Run> => {
  const query = queryOf(filter)
  const fetchPage = useCallback(
    async (cursor: string | null, signal?: AbortSignal) => {
      const { runs, next } = await get(`/runs?${query}${at(cursor)}`, Runs, signal)
      return { rows: runs, next }
    },
    [query],
  )
  return useEndless({ name: 'runs', query, fetchPage, everyMs: frozen ? false : everyMs })
}

export const useActivityList = (filter: Filter): Endless<Entry> => {
  const query = queryOf(filter)
  const fetchPage = useCallback(
    async (cursor: string | null, signal?: AbortSignal) => {
      const { activity, next } = await get(`/activity?${query}${at(cursor)}`, Activity, signal)
      return { rows: activity, next }
    },
    [query],
  )
  return useEndless({ name: 'activity', query, fetchPage, everyMs: everyMs })
}
