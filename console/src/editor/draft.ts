// What is being written: every field of a task as the form holds it, both kinds of schedule and of
// recall side by side, so that a change of mind loses nothing. Pure.
import type { Defaults, Definition } from '../api/types.ts'

export interface Draft {
  readonly group: string
  readonly job: string
  readonly name: string
  readonly description: string
  readonly priority: number | null
  /** Null: as long as the service keeps it. */
  readonly retentionDays: number | null
  readonly kind: 'cron' | 'simple'
  readonly expression: string
  readonly dialect: string
  readonly gap: string
  readonly overlap: string
  readonly cronMisfire: string
  readonly simpleMisfire: string
  readonly startAt: string | null
  readonly endAt: string | null
  readonly intervalMs: number | null
  /** After the first fire; -1: for ever. */
  readonly repeatCount: number | null
  readonly zone: string
  readonly calendars: readonly string[]
  readonly misfireThresholdMs: number | null
  readonly catchUpMax: number | null
  readonly catchUpWindowMs: number | null
  readonly jitterMs: number | null
  readonly recallType: 'http' | 'socket'
  readonly url: string
  readonly host: string
  readonly port: number | null
  readonly dataJson: string
  readonly extraJson: string
  readonly policy: Omit<Policy, 'retries'>
  readonly retries: Policy['retries']
}
type Policy = Definition['policy']

const blank = {
  group: '',
  job: '',
  name: '',
  description: '',
  priority: 0,
  retentionDays: null,
  kind: 'cron',
  expression: '0 0 2 * * ?',
  dialect: 'quartz',
  gap: 'skip',
  overlap: 'second',
  cronMisfire: 'smart',
  simpleMisfire: 'smart',
  startAt: null,
  endAt: null,
  intervalMs: 60_000,
  repeatCount: -1,
  calendars: [],
  catchUpWindowMs: null,
  jitterMs: 0,
  recallType: 'http',
  url: '',
  host: '',
  port: null,
  dataJson: '{}',
  extraJson: '',
} as const

export const newDraft = ({ policy, ...common }: Defaults): Draft => {
  const { retries, ...others } = policy
  return { ...blank, ...common, policy: others, retries }
}

export const draftOf = (
  key: { readonly group: string; readonly job: string },
  { schedule, recall, policy, ...own }: Definition,
): Draft => {
  const { retries, ...others } = policy
  const { type: kind, misfire, ...times } = schedule
  return {
    ...blank,
    ...times,
    kind,
    ...(kind === 'cron' ? { cronMisfire: misfire } : { simpleMisfire: misfire }),
    group: key.group,
    job: key.job,
    recallType: recall.type,
    ...(recall.type === 'http' ? { url: recall.url } : { host: recall.host, port: recall.port }),
    dataJson: own.dataJson,
    priority: own.priority,
    retentionDays: own.retentionDays ?? null,
    name: own.name ?? '',
    description: own.description ?? '',
    extraJson: own.extraJson ?? '',
    policy: others,
    retries,
  }
}

/** The body of a preview or of a task: what is not filled in is null, and refused by name. */
export const scheduleOf = (draft: Draft): object => {
  const { kind, zone, endAt, calendars, startAt } = draft
  const { misfireThresholdMs, catchUpMax, catchUpWindowMs, jitterMs } = draft
  const common = {
    zone,
    endAt,
    misfireThresholdMs,
    catchUpMax,
    catchUpWindowMs,
    jitterMs,
    calendars,
  }
  if (kind === 'cron') {
    const { expression, dialect, gap, overlap, cronMisfire: misfire } = draft
    return { type: kind, expression, dialect, startAt, misfire, gap, overlap, ...common }
  }
  const { intervalMs, repeatCount, simpleMisfire: misfire } = draft
  // Left out, the start is the moment of saving.
  const start = startAt === null ? {} : { startAt }
  return { type: kind, ...start, intervalMs, repeatCount, misfire, ...common }
}

export const recallOf = ({ recallType, url, host, port }: Draft): object =>
  recallType === 'http'
    ? { type: 'http', url: url.trim() }
    : { type: 'socket', host: host.trim(), port }

export const bodyOf = (draft: Draft): object => ({
  schedule: scheduleOf(draft),
  recall: recallOf(draft),
  dataJson: draft.dataJson.trim() === '' ? 'null' : draft.dataJson,
  priority: draft.priority,
  name: orNull(draft.name),
  description: orNull(draft.description),
  policy: { ...draft.policy, retries: draft.retries },
  extraJson: orNull(draft.extraJson),
  ...(draft.retentionDays === null ? {} : { retentionDays: draft.retentionDays }),
})

const orNull = (text: string): string | null => (text.trim() === '' ? null : text)
