// Calendars as the API keeps them, the tasks that name one, and what a change of it would do to them.
import { useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { change, get, post, taskPath, type Key } from '../api/client.ts'
import { Simulated } from '../api/simulation.ts'
import { Tasks } from '../api/types.ts'
import { Calendar, CalendarList, type CalendarDraft, bodyOf } from './calendar.ts'

const pathOf = (name: string): string => `/calendars/${encodeURIComponent(name)}`

export const useCalendars = () =>
  useQuery({
    queryKey: ['calendars', 'all'],
    refetchInterval: 5_000,
    queryFn: ({ signal }) => get('/calendars', CalendarList, signal),
  })

/** Read once: what is being edited does not change under the hand. */
export const useCalendar = (name: string | null) =>
  useQuery({
    queryKey: ['calendar', name],
    enabled: name !== null,
    staleTime: Infinity,
    gcTime: 0,
    queryFn: ({ signal }) => get(pathOf(name ?? ''), Calendar, signal),
  })

export const usersShownMax = 100

export const useUsers = (name: string) =>
  useQuery({
    queryKey: ['users of calendar', name],
    refetchInterval: 10_000,
    queryFn: ({ signal }) =>
      get(
        `/tasks?${new URLSearchParams({ calendar: name, limit: String(usersShownMax) })}`,
        Tasks,
        signal,
      ),
  })

export const simulatedTasksMax = 20
const windowMs = 60 * 86_400_000

/** Of each task: what would fire or not in the coming sixty days, were the calendar like this. */
export const useEffects = (name: string, draft: CalendarDraft, tasks: readonly Key[]) =>
  useQuery({
    queryKey: ['effects of calendar', name, draft, tasks.map(({ group, job }) => [group, job])],
    staleTime: Infinity,
    queryFn: async () => {
      const nowMs = Date.now()
      const window = {
        from: new Date(nowMs).toISOString(),
        to: new Date(nowMs + windowMs).toISOString(),
      }
      const calendar = { name, ...bodyOf(draft) }
      return Promise.all(
        tasks.slice(0, simulatedTasksMax).map(async (task) => {
          const asked = { ...window, calendar }
          return { task, result: await post(`${taskPath(task)}/simulate`, asked, Simulated) }
        }),
      )
    },
  })

const Written = t.type({ revision: t.number, position: t.string })

/** Refused with 412 when somebody else has changed it since that revision; null: a new one. */
export const saveCalendar = (
  name: string,
  draft: CalendarDraft,
  reason: string,
  revision: number | null,
) => change('PUT', pathOf(name), bodyOf(draft), Written, { reason, revision })

export const removeCalendar = ({ name, revision }: Calendar, reason: string) =>
  change('DELETE', pathOf(name), null, Written, { reason, revision })

/** Null: there is none by that name. */
export const findCalendar = async (name: string) =>
  (await get('/calendars', CalendarList)).calendars.find((one) => one.name === name) ?? null
