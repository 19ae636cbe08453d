// The run as a whole, one bar for each stretch of its time.
import type { Run } from '../api/types.ts'
import { duration } from '../format.ts'
import { usePreferences, useWords } from '../preferences.tsx'
import { stretchesOf, type Attempt } from './attempts.ts'
import { runWords } from './words.ts'

interface Props {
  readonly run: Run
  readonly attempts: readonly Attempt[]
}

export const WholeRun = ({ run, attempts }: Props) => {
  const { language } = usePreferences()
  const say = useWords(runWords)
  const stretches = stretchesOf(run, attempts)
  const total = Math.max(stretches.at(-1)?.toMs ?? 0, 0.01)
  if (stretches.length < 2) return null
  return (
    <ul className="waterfall">
      {stretches.map(({ name, number, fromMs, toMs }) => (
        <li key={fromMs}>
          <span>
            {name === 'late'
              ? say('late')
              : name === 'attempt'
                ? say('attempt', number ?? '')
                : say(name === 'wait' ? 'waitForRetry' : 'waitForReport')}
          </span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden>
            <rect
              className={name === 'attempt' ? 'rest' : name === 'late' ? 'queued' : 'idle'}
              x={(100 * fromMs) / total}
              width={Math.max(0.5, (100 * (toMs - fromMs)) / total)}
              y="1"
              height="8"
            />
          </svg>
          <span className="number right">{duration(toMs - fromMs, language)}</span>
        </li>
      ))}
    </ul>
  )
}
