// The load of a day in slots of ten minutes: what was decided, from the statistics, and what is planned,
// from the agenda. Both know the whole day, however little of it has room in the lanes.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { Load, Stats, type Bucket } from '../api/figures.ts'
import { every } from '../api/live.ts'
import type { Tone } from './lanes.ts'

export const slotMs = 600_000

/** By the beginning of the slot. */
export type DayLoad = Readonly<Record<Tone, ReadonlyMap<number, number>>>

export const useDayLoad = (from: Date, to: Date) =>
  useQuery({
    queryKey: ['day', 'load', from.getTime()],
    refetchInterval: every(30_000),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<DayLoad> => {
      const now = new Date()
      const window = (begin: Date, end: Date) =>
        new URLSearchParams({ step: 'minute', from: begin.toISOString(), to: end.toISOString() })
      const past =
        from < now
          ? await get(`/stats?${window(from, to < now ? to : now)}`, Stats, signal)
          : { buckets: [] }
      const future =
        to > now
          ? await get(`/agenda/load?${window(from > now ? from : now, to)}`, Load, signal)
          : { buckets: [] }
      return loadOf(from.getTime(), past.buckets, future.buckets)
    },
  })

/** Exported for its test. */
export const loadOf = (
  fromMs: number,
  past: readonly Bucket[],
  future: readonly { readonly from: string; readonly count: number }[],
): DayLoad => {
  const load = {
    succeeded: new Map<number, number>(),
    failed: new Map<number, number>(),
    open: new Map<number, number>(),
    skipped: new Map<number, number>(),
    planned: new Map<number, number>(),
  }
  const put = (tone: Tone, at: string, count: number) => {
    if (count === 0) return
    const slot = fromMs + Math.floor((Date.parse(at) - fromMs) / slotMs) * slotMs
    load[tone].set(slot, (load[tone].get(slot) ?? 0) + count)
  }
  for (const bucket of past) {
    put('succeeded', bucket.from, bucket.succeeded)
    put('failed', bucket.from, bucket.failed + bucket.timedOut)
    put('open', bucket.from, bucket.running + bucket.cancelled)
    put(
      'skipped',
      bucket.from,
      Object.values(bucket.skipped).reduce((sum, count) => sum + count, 0),
    )
  }
  for (const { from, count } of future) put('planned', from, count)
  return load
}
