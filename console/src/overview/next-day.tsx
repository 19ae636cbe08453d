// The load of the next 24 hours, hour by hour: where the crowds are before they come.
import { useLoad } from '../api/figures.ts'
import { counted } from '../format.ts'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { Bars } from './bars.tsx'
import { timeOfDay } from './clock-words.ts'
import { marksOf } from './pulse.tsx'
import { overviewWords } from './words.ts'

const nextDay = { step: 'hour' } as const

export const NextDay = () => {
  const { language } = usePreferences()
  const say = useWords(overviewWords)
  const load = useLoad(nextDay)
  const buckets = load.data?.buckets ?? []
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  const busiest = buckets.toSorted((a, b) => b.count - a.count)[0]
  const planned = say(
    load.data?.complete === false ? 'plannedAtLeast' : 'planned',
    counted(total, language),
  )
  const summary =
    busiest === undefined || total === 0
      ? planned
      : `${planned} · ${say('busiest', timeOfDay(busiest.from), counted(busiest.count, language))}`
  const bars = buckets.map(({ from, count }) => ({
    key: from,
    text: `${timeOfDay(from)} · ${say('planned', counted(count, language))}`,
    parts: [{ tone: 'busy', value: count }] as const,
  }))
  return (
    <section className="card" aria-labelledby="next-day">
      <h2 id="next-day">{say('nextDay')}</h2>
      {load.isPending ? (
        <Loading />
      ) : load.data === undefined ? (
        <Failed error={load.error} retry={load.refetch} />
      ) : total === 0 ? (
        <p className="faint">{say('quietDay')}</p>
      ) : (
        <Bars label={say('nextDay')} bars={bars} summary={summary} marks={marksOf(buckets)} />
      )}
    </section>
  )
}
