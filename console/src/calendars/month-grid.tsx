// A few months, day by day: what the calendar leaves alone, excludes and exempts. A day is a button that
// changes its own fate, so that a holiday is one click.
import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { usePreferences, useWords } from '../preferences.tsx'
import { fateOf, type CalendarDraft } from './calendar.ts'
import { calendarWords } from './words.ts'

const monthsShown = 3
const two = (n: number) => String(n).padStart(2, '0')

interface Props {
  readonly draft: CalendarDraft
  readonly onToggle: (day: string) => void
}

export const MonthGrid = ({ draft, onToggle }: Props) => {
  const say = useWords(calendarWords)
  const [first, setFirst] = useState(() => {
    const now = new Date()
    return now.getFullYear() * 12 + now.getMonth()
  })
  return (
    <section aria-labelledby="months">
      <div className="bar">
        <h2 id="months" className="grow">
          {say('months')} <span className="faint">{say('monthsHint')}</span>
        </h2>
        <Button
          icon={<LeftOutlined aria-hidden />}
          aria-label={say('earlier')}
          onClick={() => setFirst(first - monthsShown)}
        />
        <Button
          icon={<RightOutlined aria-hidden />}
          aria-label={say('later')}
          onClick={() => setFirst(first + monthsShown)}
        />
      </div>
      <div className="months">
        {Array.from({ length: monthsShown }, (_, n) => (
          <OneMonth key={first + n} month={first + n} draft={draft} onToggle={onToggle} />
        ))}
      </div>
      <p className="legend faint" aria-hidden>
        {(['open', 'excluded', 'exempt', 'partly'] as const).map((fate) => (
          <span key={fate}>
            <span className={`fate ${fate}`} /> {say(fate)}
          </span>
        ))}
      </p>
    </section>
  )
}

interface MonthProps extends Props {
  /** Months since the year 0. */
  readonly month: number
}

const OneMonth = ({ month, draft, onToggle }: MonthProps) => {
  const { language } = usePreferences()
  const say = useWords(calendarWords)
  const [year, of] = [Math.floor(month / 12), (month % 12) + 1]
  const days = new Date(Date.UTC(year, of, 0)).getUTCDate()
  // Weeks begin on Monday.
  const blanks = (new Date(Date.UTC(year, of - 1, 1)).getUTCDay() + 6) % 7
  const locale = language === 'zh' ? 'zh-CN' : 'en'
  const name = new Date(Date.UTC(year, of - 1, 15)).toLocaleDateString(locale, {
    year: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  })
  return (
    <div role="group" aria-label={name}>
      <h3>{name}</h3>
      <div className="grid">
        {Array.from({ length: blanks }, (_, n) => (
          <span key={`blank ${n}`} />
        ))}
        {Array.from({ length: days }, (_, n) => {
          const day = `${year}-${two(of)}-${two(n + 1)}`
          const fate = fateOf(day, draft)
          return (
            <button
              key={day}
              type="button"
              className={`fate ${fate}`}
              title={`${day} · ${say(fate)}`}
              onClick={() => onToggle(day)}
            >
              <span aria-hidden>{n + 1}</span>
              <span className="unseen">{`${day} · ${say(fate)}`}</span>
            </button>
          )
        })}
      </div>
    </div>
  )
}
