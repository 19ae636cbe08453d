// Five weeks as a heat map: the darker, the more was fired; a mark where something failed. Each day is
// a link to its timeline.
import { useMemo } from 'react'
import { Link } from 'react-router'
import { useStats, type Bucket } from '../api/figures.ts'
import { counted } from '../format.ts'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { dayOf, daysLater } from './clock-words.ts'
import { failedOf } from './pulse.tsx'
import { overviewWords } from './words.ts'

const weeks = 5

export const Month = () => {
  const { language } = usePreferences()
  const say = useWords(overviewWords)
  const today = dayOf(new Date())
  const window = useMemo(() => windowUpTo(today), [today])
  const stats = useStats(window)
  const byDay = new Map(
    stats.data?.buckets.map((bucket) => [dayOf(new Date(bucket.from)), bucket]) ?? [],
  )
  const most = Math.max(1, ...[...byDay.values()].map(({ fired }) => fired))
  const monday = new Date(window.from)
  const weekdays = Array.from({ length: 7 }, (_, n) =>
    new Intl.DateTimeFormat(language, { weekday: 'short' }).format(daysLater(monday, n)),
  )
  return (
    <section className="card" aria-labelledby="month">
      <h2 id="month">
        {say('month')} <span className="faint">{say('monthHint')}</span>
      </h2>
      {stats.isPending ? (
        <Loading />
      ) : stats.data === undefined ? (
        <Failed error={stats.error} retry={stats.refetch} />
      ) : (
        <>
          <div className="month">
            {weekdays.map((weekday) => (
              <span key={weekday} className="faint" aria-hidden>
                {weekday}
              </span>
            ))}
            {Array.from({ length: 7 * weeks }, (_, n) => daysLater(monday, n)).map((at) => (
              <Day
                key={dayOf(at)}
                at={at}
                today={today}
                bucket={byDay.get(dayOf(at))}
                most={most}
              />
            ))}
          </div>
          <div className="scale faint" aria-hidden>
            {say('less')}
            {[0, 1, 2, 3, 4].map((level) => (
              <span key={level} className={`heat-${level}`} />
            ))}
            {say('moreWord')}
          </div>
        </>
      )}
    </section>
  )
}

/** From a Monday, so that weeks are rows. */
const windowUpTo = (today: string) => {
  const now = new Date(`${today}T00:00:00`)
  const monday = daysLater(now, -((now.getDay() + 6) % 7) - 7 * (weeks - 1))
  return { from: monday.toISOString(), step: 'day' } as const
}

interface DayProps {
  readonly at: Date
  readonly today: string
  readonly bucket: Bucket | undefined
  readonly most: number
}

const Day = ({ at, today, bucket, most }: DayProps) => {
  const { language } = usePreferences()
  const say = useWords(overviewWords)
  const day = dayOf(at)
  const fired = bucket?.fired ?? 0
  const failed = bucket === undefined ? 0 : failedOf(bucket)
  // By the logarithm: a day with ten times as many is one or two steps darker, not all of them.
  const level =
    fired === 0 ? 0 : 1 + Math.min(3, Math.floor((4 * Math.log1p(fired)) / Math.log1p(most) - 0.01))
  const text = say('dayFigures', day, counted(fired, language), counted(failed, language))
  return (
    <Link
      to={`/timeline?day=${day}`}
      className={`day heat-${day > today ? 0 : Math.max(0, level)}${day === today ? ' today' : ''}`}
      title={text}
      aria-current={day === today ? 'date' : undefined}
    >
      <span aria-hidden>{at.getDate()}</span>
      <span className="unseen">{text}</span>
      {failed > 0 && <span className="failed-day" aria-hidden />}
    </Link>
  )
}
