// Is anything wrong? One row for each thing that is, with a link to its cause; else one calm line.
import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  HourglassFilled,
  PauseCircleFilled,
  QuestionCircleFilled,
} from '@ant-design/icons'
import { Link } from 'react-router'
import { useQuery } from '@tanstack/react-query'
import { get, taskPath } from '../api/client.ts'
import { every } from '../api/live.ts'
import { Runs } from '../api/types.ts'
import { Ago } from '../parts/moment.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { exceptionsOf, type Exception, type Exceptions } from './exceptions.ts'
import { useSummary } from './use-summary.ts'
import { overviewWords } from './words.ts'

const marks = {
  missing: ['bad', QuestionCircleFilled, 'missing'],
  stuck: ['late', HourglassFilled, 'stuck'],
  failing: ['bad', CloseCircleFilled, 'failing'],
  late: ['late', ClockCircleFilled, 'lateRun'],
  paused: ['still', PauseCircleFilled, 'paused'],
} as const
const shownMax = 6

/** Where all of a kind are listed, for the kinds that have a list. */
const lists = {
  missing: null,
  stuck: '/runs?outcome=running',
  failing: '/tasks?failing=true',
  late: null,
  paused: '/tasks?status=Paused',
} as const

export const ExceptionList = () => {
  const { language } = usePreferences()
  const say = useWords(overviewWords)
  const summary = useSummary()
  if (summary.isPending) return <Loading />
  if (summary.data === undefined) return <Failed error={summary.error} retry={summary.refetch} />
  const found = exceptionsOf(summary.data, language).filter(({ rows }) => rows.length > 0)
  return (
    <section className="card" aria-labelledby="exceptions">
      <h2 id="exceptions">{say('exceptions')}</h2>
      {found.length === 0 ? (
        <p className="calm">
          <span className="mark good">
            <CheckCircleFilled aria-hidden /> {say('allWell')}
          </span>{' '}
          <span className="faint">{say('allWellHint')}</span> <LastTrouble />
        </p>
      ) : (
        found.map((exceptions) => <Kind key={exceptions.kind} {...exceptions} />)
      )}
    </section>
  )
}

/** Since when all is well. */
const LastTrouble = () => {
  const say = useWords(overviewWords)
  const { data } = useQuery({
    queryKey: ['summary', 'last trouble'],
    refetchInterval: every(10_000),
    queryFn: ({ signal }) => get('/runs?outcome=failed,timed-out&limit=1', Runs, signal),
  })
  const run = data?.runs[0]
  if (data === undefined) return null
  if (run === undefined) return <span className="faint">{say('noTrouble')}</span>
  return (
    <span className="faint">
      {say('lastTrouble')}{' '}
      <Link to={`/runs/${run.runId}`}>
        {run.group} / {run.job}
      </Link>{' '}
      <Ago at={run.finishedAt ?? run.triggeredAt} />
    </span>
  )
}

const Kind = ({ kind, count, rows }: Exceptions) => {
  const say = useWords(overviewWords)
  const [tone, Icon, word] = marks[kind]
  const list = lists[kind]
  const shown = rows.slice(0, shownMax)
  return (
    <div className="exceptions">
      <h3 className={`mark ${tone}`}>
        <Icon aria-hidden /> {say(word)} <span className="number">{count}</span>
      </h3>
      <ul>
        {shown.map((row) => (
          <Row key={`${row.to} ${row.since}`} {...row} />
        ))}
        {count > shown.length && (
          <li className="faint">
            {list === null ? (
              say('andMore', count - shown.length)
            ) : (
              <Link to={list}>{say('andMore', count - shown.length)}</Link>
            )}
          </li>
        )}
      </ul>
    </div>
  )
}

const Row = ({ group, job, said, to, since, by }: Exception) => {
  const { say } = usePreferences()
  return (
    <li data-row>
      <Link to={taskPath({ group, job })} className="clipped">
        {group} / {job}
      </Link>
      <Link to={to} className="plain clipped" title={said} data-open>
        {said}
      </Link>
      <span className="faint number">
        {by !== null && say('by', by)} <Ago at={since} />
      </span>
    </li>
  )
}
