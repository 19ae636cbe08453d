// What is this task, what has it done, what will it do?
import { useParams } from 'react-router'
import { taskPath } from '../api/client.ts'
import { useEvents, useNextFires, useRuns, useTask } from '../api/questions.ts'
import type { Task } from '../api/types.ts'
import { duration } from '../format.ts'
import { Commands } from '../parts/commanding.tsx'
import { EventList } from '../parts/events.tsx'
import { Facts } from '../parts/facts.tsx'
import { LinkButton } from '../parts/link-button.tsx'
import { At, Countdown } from '../parts/moment.tsx'
import { Pages } from '../parts/pages.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { Failed, Loading, Nothing } from '../parts/states.tsx'
import { usePreferences } from '../preferences.tsx'
import { RunTable } from '../runs/run-table.tsx'

export const TaskPage = () => {
  const { group = '', job = '' } = useParams()
  const task = useTask({ group, job })
  if (task.isPending) return <Loading />
  if (task.data === undefined) return <Failed error={task.error} retry={task.refetch} />
  return <Shown task={task.data} />
}

const Shown = ({ task }: { readonly task: Task }) => {
  const { say } = usePreferences()
  const { group, job, status, counts } = task
  const key = { group, job }
  const runs = useRuns(key)
  const events = useEvents(key)
  const rows = runs.data?.pages.flatMap((page) => page.runs) ?? []
  const only =
    status === 'Active'
      ? (['trigger', 'pause', 'delete'] as const)
      : status === 'Paused'
        ? (['trigger', 'resume', 'delete'] as const)
        : status === 'Completed'
          ? (['trigger', 'delete'] as const)
          : []
  return (
    <>
      <header className="head">
        <div>
          <span className="faint">{group}</span>
          <h1>{job}</h1>
          <p>
            <StateMark state={status} /> {task.statusReason}{' '}
            <span className="faint">
              {task.statusBy !== null && say('by', task.statusBy)}{' '}
              {counts !== null &&
                say('counts', counts.fired, counts.succeeded, counts.failed, counts.skipped)}
            </span>
          </p>
        </div>
        <div className="large number">
          <span className="faint">{say('nextFire')}</span>
          <Countdown at={task.nextFireAt} />
        </div>
        <div className="buttons">
          <Commands keys={[key]} only={only} />
          {status !== 'Deleted' && (
            <LinkButton to={`${taskPath(key)}/edit`}>{say('edit')}</LinkButton>
          )}
          <LinkButton to={`/tasks/new?${new URLSearchParams(key)}`}>{say('duplicate')}</LinkButton>
        </div>
      </header>
      <div className="cards">
        <Definition task={task} />
        <NextFires task={task} />
      </div>
      <section className="card">
        <h2>{say('runs')}</h2>
        <Pages of={runs}>
          {rows.length === 0 ? (
            <Nothing title={say('noRuns')} hint={say('noRunsHint')} />
          ) : (
            <RunTable runs={rows} ofOneTask />
          )}
        </Pages>
      </section>
      <section className="card">
        <h2>{say('history')}</h2>
        {events.isPending ? (
          <Loading />
        ) : events.data === undefined ? (
          <Failed error={events.error} retry={events.refetch} />
        ) : (
          <EventList events={events.data.events} />
        )}
      </section>
    </>
  )
}

const Definition = ({ task }: { readonly task: Task }) => {
  const { say, language } = usePreferences()
  const { schedule, policy, dataJson } = task.definition
  return (
    <section className="card">
      <h2>{say('definition')}</h2>
      <Facts
        of={[
          [say('rule'), task.ruleWords[language]],
          ['', <code key="rule">{task.scheduleRule}</code>],
          [say('zone'), task.zone],
          [say('target'), <code key="target">{task.target}</code>],
          [say('misfire'), schedule.misfire],
          [say('overlap'), policy.overlap],
          [say('timeout'), duration(policy.timeoutMs, language)],
          [say('retries'), policy.retries.max],
          [say('priority'), task.priority],
          [say('added'), <At key="added" at={task.addedAt} />],
          [say('payload'), <pre key="payload">{dataJson}</pre>],
        ]}
      />
    </section>
  )
}

const NextFires = ({ task }: { readonly task: Task }) => {
  const { say } = usePreferences()
  const preview = useNextFires(task)
  const fires = task.status === 'Active' ? (preview.data?.fires ?? []) : []
  return (
    <section className="card">
      <h2>{say('nextFires')}</h2>
      {preview.isPending ? (
        <Loading />
      ) : preview.data === undefined ? (
        <Failed error={preview.error} retry={preview.refetch} />
      ) : fires.length === 0 ? (
        <p className="faint">{say('never')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>{say('itsTime')}</th>
              <th>{say('yourTime')}</th>
              <th />
            </tr>
          </thead>
          <tbody className="number">
            {fires.map(({ at, local }) => (
              <tr key={at}>
                <td>{local.replace('T', ' ')}</td>
                <td>
                  <At at={at} />
                </td>
                <td className="faint">
                  <Countdown at={at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
