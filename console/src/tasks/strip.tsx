// A task's last verdicts as a strip, the newest at the right: full and red for what failed, lower and
// green for what succeeded, low and amber for what was skipped. The figures stand in its name.
import { memo } from 'react'
import type { Recent } from '../api/types.ts'
import type { Say } from '../say.ts'

export const stripLength = 20

export type Kind = 'good' | 'bad' | 'busy' | 'still' | 'late'

export const kindOf = ({ verdict, outcome }: Recent): Kind => {
  if (verdict !== 'fired') return verdict === 'paused' || verdict === 'calendar' ? 'still' : 'late'
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
    case null:
      return 'busy'
  }
}

const heights: Readonly<Record<Kind, number>> = { bad: 16, busy: 12, good: 10, late: 6, still: 4 }
const barPx = 4
const stepPx = 6

interface Props {
  readonly recent: readonly Recent[]
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
      {recent.map((one, n) => {
        const kind = kindOf(one)
        const height = heights[kind]
        return (
          <rect
            key={n}
            className={kind}
            x={(stripLength - 1 - n) * stepPx}
            y={17 - height}
            width={barPx}
            height={height}
          />
        )
      })}
    </svg>
  )
}
export const Strip = memo(AnyStrip)
