// What does the day look like? All tasks by lane over 24 hours, what was decided and what is planned.
import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo } from 'react'
import { Link } from 'react-router'
import { taskPath } from '../api/client.ts'
import { Failed, Loading, Nothing } from '../parts/states.tsx'
import { counted } from '../format.ts'
import { usePreferences, useWords } from '../preferences.tsx'
import { dayOf, daysLater, midnightOf } from '../overview/clock-words.ts'
import { useUrlFilter } from '../url-filter.ts'
import { useDay, type Day } from './day.ts'
import { DayChart } from './day-chart.tsx'
import { countOf, lanesOf, type Lane } from './lanes.ts'
import { loadOf, useDayLoad, type DayLoad } from './load.ts'
import { timelineWords } from './words.ts'
import './timeline.css'

const lanesMax = 60
const noLoad = loadOf(0, [], [])

export const TimelinePage = () => {
  const say = useWords(timelineWords)
  const { valueOf, set } = useUrlFilter(['day'])
  const today = dayOf(new Date())
  const given = valueOf('day')
  const shown = midnightOf(given) === null ? today : given
  const { from, to } = useMemo(() => {
    const begin = midnightOf(shown) ?? new Date()
    return { from: begin, to: daysLater(begin, 1) }
  }, [shown])
  const day = useDay(from, to)
  const load = useDayLoad(from, to)
  const go = (by: number) => set('day', dayOf(daysLater(from, by)))
  return (
    <>
      <div className="bar">
        <h1 className="grow">{say('title')}</h1>
        <Button
          icon={<LeftOutlined aria-hidden />}
          aria-label={say('dayBefore')}
          onClick={() => go(-1)}
        />
        <input
          type="date"
          className="date"
          aria-label={say('day')}
          value={shown}
          onChange={({ target }) => set('day', target.value)}
        />
        <Button
          icon={<RightOutlined aria-hidden />}
          aria-label={say('dayAfter')}
          onClick={() => go(1)}
        />
        <Button disabled={shown === today} onClick={() => set('day', '')}>
          {say('today')}
        </Button>
      </div>
      {day.isPending ? (
        <Loading />
      ) : day.data === undefined ? (
        <Failed error={day.error} retry={day.refetch} />
      ) : (
        <Shown name={shown} from={from} to={to} day={day.data} load={load.data ?? noLoad} />
      )}
    </>
  )
}

interface ShownProps {
  readonly name: string
  readonly from: Date
  readonly to: Date
  readonly day: Day
  readonly load: DayLoad
}

const Shown = ({ name, from, to, day, load }: ShownProps) => {
  const say = useWords(timelineWords)
  const { language } = usePreferences()
  const number = (count: number): string => counted(count, language)
  const lanes = useMemo(() => lanesOf(day.verdicts, day.fires), [day])
  const busiest = useMemo(() => lanes.slice(0, lanesMax), [lanes])
  if (lanes.length === 0) return <Nothing title={say('nothing')} hint={say('nothingHint')} />
  const { verdicts, fires } = day
  return (
    <>
      <p className="faint">
        {lanes.length > lanesMax && say('lanes', number(lanes.length), lanesMax)}{' '}
        {day.partly && say('partly', number(verdicts.length), number(fires.length))}
      </p>
      <section className="card">
        <DayChart
          from={from}
          to={to}
          lanes={busiest}
          load={load}
          label={say(
            'chartSays',
            name,
            number(lanes.length),
            number(verdicts.length),
            number(fires.length),
          )}
        />
      </section>
      <details className="card">
        <summary>{say('asTable')}</summary>
        <LaneTable lanes={busiest} />
      </details>
    </>
  )
}

const LaneTable = ({ lanes }: { readonly lanes: readonly Lane[] }) => {
  const say = useWords(timelineWords)
  const tones = ['succeeded', 'open', 'failed', 'skipped', 'planned'] as const
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say('job')}</th>
          {tones.map((tone) => (
            <th key={tone} scope="col" className="right">
              {say(tone === 'open' ? 'running' : tone)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lanes.map((lane) => (
          <tr key={`${lane.group}/${lane.job}`}>
            <td>
              <Link to={taskPath(lane)}>
                {lane.group} / {lane.job}
              </Link>
            </td>
            {tones.map((tone) => (
              <td key={tone} className="number right">
                {countOf(lane, tone)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
