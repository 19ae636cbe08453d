// What it did and what it will do, on one line that meets at now: runs by how they ended, the next fires
// hollow. The same is told in the tables below.
import { useNavigate } from 'react-router'
import { useNextFires, useRuns } from '../api/questions.ts'
import type { Run, Task } from '../api/types.ts'
import { clockTime, span } from '../format.ts'
import { useNow } from '../parts/moment.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { reachOf } from './scale.ts'
import { taskWords } from './words.ts'

const widthPx = 1_000
const kindOf = ({ outcome }: Run) => {
  switch (outcome) {
    case 'succeeded':
      return 'good'
    case 'failed':
    case 'timed-out':
      return 'bad'
    case 'cancelled':
      return 'still'
    case 'running':
    case 'retrying':
    case 'accepted':
      return 'busy'
  }
}

export const Joined = ({ task }: { readonly task: Task }) => {
  const { language } = usePreferences()
  const say = useWords(taskWords)
  const navigate = useNavigate()
  const now = useNow()
  const runs = useRuns({ group: task.group, job: task.job }).data?.pages[0]?.runs ?? []
  const fires = useNextFires(task).data?.fires ?? []
  const coming =
    task.status === 'Active' ? fires.filter(({ excludedBy }) => excludedBy.length === 0) : []
  const pastMs = runs.map(({ triggeredAt }) => Date.parse(triggeredAt))
  const comingMs = coming.map(({ at }) => Date.parse(at)).filter((at) => at > now)
  if (runs.length + comingMs.length === 0) return null
  const reach = reachOf(now, pastMs, comingMs)
  const x = (ms: number) => Math.round((widthPx * (ms - now + reach)) / (2 * reach))
  const within = (ms: number) => Math.abs(ms - now) <= reach
  const shown = runs.filter((_, n) => within(pastMs[n] ?? 0))
  const failed = shown.filter((run) => kindOf(run) === 'bad').length
  const side = span(reach, language)
  return (
    <figure className="joined">
      <svg
        viewBox={`0 0 ${widthPx} 36`}
        preserveAspectRatio="none"
        role="img"
        aria-label={say('joinedSays', side, shown.length, failed, comingMs.filter(within).length)}
      >
        <rect className="past" x="0" y="0" width={widthPx / 2} height="36" />
        {comingMs.filter(within).map((at) => (
          <rect key={at} className="planned" x={x(at) - 2} y="10" width="4" height="16">
            <title>{clockTime(new Date(at).toISOString())}</title>
          </rect>
        ))}
        {shown.map((run) => (
          <rect
            key={run.runId}
            className={kindOf(run)}
            x={x(Date.parse(run.triggeredAt)) - 2}
            y={kindOf(run) === 'bad' ? 4 : 10}
            width="4"
            height={kindOf(run) === 'bad' ? 28 : 16}
            onClick={() => void navigate(`/runs/${run.runId}`)}
          >
            <title>{`${clockTime(run.triggeredAt)} · ${say(run.outcome)}`}</title>
          </rect>
        ))}
        <rect className="now" x={widthPx / 2 - 1} y="0" width="2" height="36" />
      </svg>
      <figcaption className="faint number" aria-hidden>
        <span>{say('ago', side)}</span>
        <span>{say('nowWord')}</span>
        <span>{say('in', side)}</span>
      </figcaption>
    </figure>
  )
}
