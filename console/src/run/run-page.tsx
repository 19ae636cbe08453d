// Where did the time go, what was said? A run with its attempts, its request and replies side by side,
// and the events it rests on.
import { Link, useParams } from 'react-router'
import { taskPath } from '../api/client.ts'
import { useEvents, useRun } from '../api/questions.ts'
import type { Run } from '../api/types.ts'
import { duration } from '../format.ts'
import { EventList } from '../parts/events.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Facts } from '../parts/facts.tsx'
import { Ago, At } from '../parts/moment.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { attemptsOf } from './attempts.ts'
import { Replies, RequestCard } from './exchange.tsx'
import { RunCommands } from './run-commands.tsx'
import { WholeRun } from './whole-run.tsx'
import { runWords } from './words.ts'
import './run.css'

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
  const attempts = attemptsOf(own)
  const { reason } = run
  return (
    <>
      <header className="head">
        <div>
          <Link to={taskPath(run)}>
            {run.group} / {run.job}
          </Link>
          <h1>
            <StateMark state={run.outcome} />{' '}
            <span className="faint">
              <Ago at={run.finishedAt ?? run.triggeredAt} />
            </span>
          </h1>
          {reason !== null && (
            <p>
              {reason}{' '}
              <CopyButton small label={say('copy')} done={say('copied')} text={() => reason} />
            </p>
          )}
        </div>
        <RunCommands run={run} />
      </header>
      <div className="cards">
        <section className="card" aria-label={say('facts')}>
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
        <section className="card" aria-labelledby="whole">
          <h2 id="whole">{say('whole')}</h2>
          {events.isPending ? (
            <Loading />
          ) : events.data === undefined ? (
            <Failed error={events.error} retry={events.refetch} />
          ) : attempts.length === 0 ? (
            <p className="faint">{say('noAttempts')}</p>
          ) : (
            <WholeRun run={run} attempts={attempts} />
          )}
        </section>
      </div>
      <div className="cards">
        <section className="card" aria-labelledby="request">
          <h2 id="request">{say('request')}</h2>
          <RequestCard run={run} />
        </section>
        <section className="card" aria-labelledby="reply">
          <h2 id="reply">{say('reply')}</h2>
          {events.data !== undefined && <Replies attempts={attempts} />}
        </section>
      </div>
      <section className="card" aria-labelledby="run-events">
        <h2 id="run-events">{say('history')}</h2>
        <EventList events={own} />
      </section>
    </>
  )
}
