// What the dashboards ask: how the service did, and what it is going to do.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { get } from './client.ts'
import { AsOf, nullable } from './types.ts'
import { every } from './live.ts'

const Percentiles = nullable(t.type({ p50: t.number, p95: t.number, p99: t.number, max: t.number }))
const Bucket = t.type({
  from: t.string,
  fired: t.number,
  succeeded: t.number,
  failed: t.number,
  timedOut: t.number,
  cancelled: t.number,
  running: t.number,
  skipped: t.record(t.string, t.number),
  lateness: Percentiles,
  duration: Percentiles,
})
export type Bucket = t.TypeOf<typeof Bucket>
export const Stats = t.intersection([t.type({ buckets: t.array(Bucket) }), AsOf])

export const Load = t.type({
  buckets: t.array(t.type({ from: t.string, count: t.number })),
  /** False: the count was given up before the end of the window. */
  complete: t.boolean,
})

export type Step = 'minute' | 'hour' | 'day'
export interface Window {
  readonly from?: string
  readonly to?: string
  readonly step: Step
}

/** Days begin where the viewer's do. */
export const viewersZone = Intl.DateTimeFormat().resolvedOptions().timeZone

const asked = (window: Window): string =>
  new URLSearchParams(Object.entries({ ...window, zone: viewersZone })).toString()

const everyMs: Readonly<Record<Step, number>> = { minute: 2_000, hour: 30_000, day: 60_000 }

/** Left open at the end: up to now. */
export const useStats = (window: Window) =>
  useQuery({
    queryKey: ['stats', window],
    refetchInterval: every(everyMs[window.step]),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => get(`/stats?${asked(window)}`, Stats, signal),
  })

export const useLoad = (window: Window) =>
  useQuery({
    queryKey: ['load', window],
    refetchInterval: every(30_000),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => get(`/agenda/load?${asked(window)}`, Load, signal),
  })
