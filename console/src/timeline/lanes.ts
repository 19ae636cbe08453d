// A day's decisions and plans, sorted into lanes, one for each task. Pure.
import type { Fire, Verdict } from './day.ts'

export type Tone = 'succeeded' | 'failed' | 'open' | 'skipped' | 'planned'

export interface Mark {
  readonly at: number
  readonly tone: Tone
  readonly runId: string | null
  /** Of a span of skipped instants. */
  readonly count: number
}
export interface Lane {
  readonly group: string
  readonly job: string
  /** In order of time. */
  readonly marks: readonly Mark[]
}

const toneOf = ({ verdict, outcome }: Verdict): Tone => {
  if (verdict !== 'fired') return 'skipped'
  if (outcome === 'succeeded') return 'succeeded'
  return outcome === 'failed' || outcome === 'timed-out' ? 'failed' : 'open'
}

/** The busiest first. */
export const lanesOf = (verdicts: readonly Verdict[], fires: readonly Fire[]): readonly Lane[] => {
  const lanes = new Map<string, { group: string; job: string; marks: Mark[] }>()
  const put = (group: string, job: string, mark: Mark) => {
    const key = JSON.stringify([group, job])
    const lane = lanes.get(key) ?? { group, job, marks: [] }
    lane.marks.push(mark)
    lanes.set(key, lane)
  }
  for (const verdict of verdicts)
    put(verdict.group, verdict.job, {
      at: Date.parse(verdict.first ?? verdict.decidedAt),
      tone: toneOf(verdict),
      runId: verdict.runId,
      count: verdict.count,
    })
  for (const { group, job, at } of fires)
    put(group, job, { at: Date.parse(at), tone: 'planned', runId: null, count: 1 })
  const sorted = [...lanes.values()].map((lane) => ({
    ...lane,
    marks: lane.marks.toSorted((a, b) => a.at - b.at),
  }))
  return sorted.sort((a, b) => b.marks.length - a.marks.length)
}

export const countOf = (lane: Lane, tone: Tone): number =>
  lane.marks.reduce((sum, mark) => sum + (mark.tone === tone ? mark.count : 0), 0)
