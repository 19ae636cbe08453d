// Where did the time go, what was said? A run with its attempts and the events it rests on.
import { isRight } from 'fp-ts/lib/Either.js'
import { Link, useParams } from 'react-router'
import { taskPath } from '../api/client.ts'
import { useEvents, useRun } from '../api/questions.ts'
import { Report, type Event, type Run } from '../api/types.ts'
import { duration } from '../format.ts'
import { EventList } from '../parts/events.tsx'
import { Facts } from '../parts/facts.tsx'
import { At } from '../parts/moment.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { RunCommands } from './run-commands.tsx'
import { Waterfall } from './waterfall.tsx'
import { runWords } from './words.ts'

export const RunPage = () => {
  const { runId = '' } = useParams()
  const run = useRun(runId)
  if (run.isPending) return <Loading />
  if (run.data === undefined) return <Failed error={run.error} retry={run.refetch} />
  return <Shown run={run.data} />
}

const Shown = ({ run }: { readonly run: Run }) => {
  const { language } = usePreferences()
  const say = useWords(runWords)
  const events = useEvents(run, run.revision)
  const own = events.data?.events.filter(({ data }) => data['runId'] === run.runId) ?? []
  return (
    <>
      <header className="head">
        <div>
          <Link to={taskPath(run)}>
            {run.group} / {run.job}
          </Link>
          <h1>
            <StateMark state={run.outcome} />
          </h1>
          <p>{run.reason}</p>
        </div>
        <RunCommands run={run} />
      </header>
      <div className="cards">
        <section className="card">
          <Facts
            of={[
              [say('cause'), say(run.cause)],
              [say('scheduledFor'), <At key="scheduled" at={run.scheduledFor} />],
              [say('triggered'), <At key="triggered" at={run.triggeredAt} />],
              [say('started'), <At key="started" at={run.startedAt} />],
              [say('finished'), <At key="finished" at={run.finishedAt} />],
              [say('late'), duration(run.latenessMs, language)],
              [say('took'), duration(run.durationMs, language)],
              [say('attempts'), run.attempts],
              [say('status'), run.statusCode ?? '–'],
              [say('target'), <code key="target">{run.target}</code>],
              [say('runId'), <code key="id">{run.runId}</code>],
            ]}
          />
        </section>
        <section className="card">
          <h2>{say('phases')}</h2>
          {events.isPending ? (
            <Loading />
          ) : events.data === undefined ? (
            <Failed error={events.error} retry={events.refetch} />
          ) : (
            <Attempts events={own} />
          )}
        </section>
      </div>
      <section className="card">
        <h2>{say('history')}</h2>
        <EventList events={own} />
      </section>
    </>
  )
}

const Attempts = ({ events }: { readonly events: readonly Event[] }) => {
  const say = useWords(runWords)
  const reports = events.flatMap(({ revision, data }) => {
    const report = Report.decode(data['report'])
    return isRight(report) ? [{ revision, attempt: data['attempt'], ...report.right }] : []
  })
  if (reports.length === 0) return <p className="faint">{say('noAttempts')}</p>
  return reports.map((report) => (
    <div key={report.revision}>
      <h3>
        {say('attempt', Number(report.attempt))} <span className="faint">{report.statusCode}</span>
      </h3>
      <Waterfall report={report} />
      <h3>{say('reply')}</h3>
      {report.reply === null || report.reply === '' ? (
        <p className="faint">{say('noReply')}</p>
      ) : (
        <pre>{report.reply}</pre>
      )}
    </div>
  ))
}
