// A task's last verdicts as a strip, the newest at the right: full and red for what failed, lower and
// green for what succeeded, low and amber for what was skipped. The figures stand in its name.
import { memo } from 'react'
import type { Say } from '../say.ts'

export const stripLength = 20

export type Kind = 'good' | 'bad' | 'busy' | 'still' | 'late'

/** Of a verdict as the list tells it, one word each. */
export const kindOf = (verdict: string): Kind => {
  switch (verdict) {
    case 'succeeded':
      return 'good'
    case 'failed':
    case 'timed-out':
      return 'bad'
    case 'running':
    case 'retrying':
    case 'accepted':
      return 'busy'
    case 'cancelled':
    case 'paused':
    case 'calendar':
      return 'still'
    default:
      return 'late'
  }
}

const heights: Readonly<Record<Kind, number>> = { bad: 16, busy: 12, good: 10, late: 6, still: 4 }
const kinds = ['good', 'bad', 'busy', 'late', 'still'] as const
const barPx = 4
const stepPx = 6

/** All bars of one kind as one shape: rows are many, and scrolling has to stay quick. */
const barsOf = (recent: readonly string[], kind: Kind): string =>
  recent
    .map((one, n) => {
      const left = (stripLength - 1 - n) * stepPx
      return kindOf(one) === kind ? `M${left} 17v-${heights[kind]}h${barPx}v${heights[kind]}z` : ''
    })
    .join('')

interface Props {
  readonly recent: readonly string[]
  readonly say: Say<'stripSays' | 'stripEmpty'>
}

const AnyStrip = ({ recent, say }: Props) => {
  const count = (kind: Kind) => recent.filter((one) => kindOf(one) === kind).length
  const skipped = count('late') + count('still')
  const name =
    recent.length === 0
      ? say('stripEmpty')
      : say('stripSays', recent.length, count('good'), count('bad'), skipped)
  return (
    <svg
      className="strip"
      role="img"
      aria-label={name}
      width={stripLength * stepPx}
      height={18}
      viewBox={`0 0 ${stripLength * stepPx} 18`}
    >
      <title>{name}</title>
      <path className="ground" d={`M0 17.5H${stripLength * stepPx}`} />
      {kinds.map((kind) => (
        <path key={kind} className={kind} d={barsOf(recent, kind)} />
      ))}
    </svg>
  )
}
export const Strip = memo(AnyStrip)
