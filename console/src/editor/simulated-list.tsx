// Which fires would come, go and move.
import type { Simulated } from '../api/simulation.ts'
import { clockTime } from '../format.ts'
import { useWords } from '../preferences.tsx'
import { editorWords } from './words.ts'

interface Props {
  readonly of: Simulated
  /** Of each kind at most so many are shown; all are counted. */
  readonly shownMax: number
}

export const SimulatedList = ({ of: result, shownMax }: Props) => {
  const say = useWords(editorWords)
  const { counts, added, removed, moved, complete, through } = result
  return (
    <>
      <p>{say('simulatedCounts', counts.added, counts.removed, counts.moved, counts.kept)}</p>
      {!complete && <p className="faint">{say('simulatedPart', clockTime(through))}</p>}
      <Some tone="good" said={say('comes')} max={shownMax} of={added.map(({ at }) => at)} />
      <Some tone="bad" said={say('goes')} max={shownMax} of={removed.map(({ at }) => at)} />
      {moved.length > 0 && (
        <p className="number wrapping">
          <span className="mark late">{say('moves')}</span>{' '}
          {moved
            .slice(0, shownMax)
            .map(({ from, to }) => `${clockTime(from)} → ${clockTime(to)}`)
            .join(' · ')}
          {moved.length > shownMax && ' …'}
        </p>
      )}
    </>
  )
}

interface SomeProps {
  readonly tone: 'good' | 'bad'
  readonly said: string
  readonly max: number
  readonly of: readonly string[]
}

const Some = ({ tone, said, max, of: list }: SomeProps) =>
  list.length === 0 ? null : (
    <p className="number wrapping">
      <span className={`mark ${tone}`}>{said}</span> {list.slice(0, max).map(clockTime).join(' · ')}
      {list.length > max && ' …'}
    </p>
  )
