// What became of planned instants, as the API explains it.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { get, taskPath, type Key } from '../api/client.ts'
import { every } from '../api/live.ts'

const verdicts = {
  fired: null,
  paused: null,
  replaced: null,
  deleted: null,
  misfired: null,
  overlapping: null,
  calendar: null,
  'catch-up-limit': null,
  expired: null,
  'not-added': null,
  undecided: null,
  planned: null,
  'not-on-schedule': null,
  ended: null,
}
const Verdict = t.keyof(verdicts)
export type Verdict = t.TypeOf<typeof Verdict>

const text = t.union([t.string, t.null])
const Explanation = t.type({
  at: t.string,
  verdict: Verdict,
  run: t.union([t.null, t.type({ runId: t.string })]),
  nearest: t.union([t.null, t.type({ before: text, after: text })]),
  sentences: t.type({ en: t.string, zh: t.string }),
})
export type Explanation = t.TypeOf<typeof Explanation>

const Occurrences = t.type({ occurrences: t.array(Explanation), next: text })

export const occurrencesMax = 1_000
const hourMs = 3_600_000
const reaches = {
  'last-hour': [-hourMs, 0],
  'last-day': [-24 * hourMs, 0],
  'last-week': [-7 * 24 * hourMs, 0],
  'next-day': [0, 24 * hourMs],
} as const
export type Reach = keyof typeof reaches
export const reachNames = Object.keys(reaches) as readonly Reach[]
export const isReach = (name: string): name is Reach => name in reaches

/** A day of a task that fires each second is more than a page shows: then the newest of the window. */
export const useOccurrences = (key: Key, reach: Reach) =>
  useQuery({
    queryKey: ['occurrences', key.group, key.job, reach],
    refetchInterval: every(5_000),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const nowMs = Date.now()
      const [fromMs, toMs] = [nowMs + reaches[reach][0], nowMs + reaches[reach][1]]
      const all = await occurrencesIn(key, fromMs, toMs, signal)
      const last = all.occurrences.at(-1)
      if (all.next === null || last === undefined || reach === 'next-day')
        return { ...all, since: null }
      const since = toMs - (Date.parse(last.at) - fromMs) * shareAsked
      const newest = await occurrencesIn(key, since, toMs, signal)
      return { ...newest, since: new Date(since).toISOString() }
    },
  })

/** A little less than what a page holds, since instants need not lie evenly. */
const shareAsked = 0.9

const occurrencesIn = (key: Key, fromMs: number, toMs: number, signal: AbortSignal) => {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()]
  const query = new URLSearchParams({ from, to, limit: String(occurrencesMax) })
  return get(`${taskPath(key)}/occurrences?${query}`, Occurrences, signal)
}

export const useWhy = (key: Key, at: string | null) =>
  useQuery({
    queryKey: ['why', key.group, key.job, at],
    enabled: at !== null,
    queryFn: ({ signal }) =>
      get(`${taskPath(key)}/why?${new URLSearchParams({ at: at ?? '' })}`, Explanation, signal),
  })
