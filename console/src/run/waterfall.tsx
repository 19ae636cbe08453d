// The phases of one attempt as bars one after the other. A phase that was not reached, or not needed
// (a kept connection), has no bar.
import type { Report } from '../api/types.ts'
import { duration } from '../format.ts'
import { usePreferences, useWords } from '../preferences.tsx'
import { barsOf } from './bars.ts'
import { runWords } from './words.ts'

export const Waterfall = ({ report }: { readonly report: Report }) => {
  const { language } = usePreferences()
  const say = useWords(runWords)
  const bars = barsOf(report)
  const total = Math.max(bars.at(-1)?.toMs ?? 0, 0.01)
  return (
    <ul className="waterfall">
      {bars.map(({ name, fromMs, toMs }) => (
        <li key={name}>
          <span>{say(name)}</span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden>
            <rect
              className={name}
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
