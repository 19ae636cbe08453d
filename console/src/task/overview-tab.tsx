// What the task is, and what it will do next; below, what it did last.
import { Link } from 'react-router'
import { taskPath } from '../api/client.ts'
import { useNextFires, useRuns } from '../api/questions.ts'
import type { Task } from '../api/types.ts'
import { At, Countdown } from '../parts/moment.tsx'
import { Failed, Loading, Nothing } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import { RunTable } from '../runs/run-table.tsx'
import { DefinitionCard } from './definition-card.tsx'
import { Joined } from './joined.tsx'
import { taskWords } from './words.ts'

const runsMax = 10

export const OverviewTab = ({ task }: { readonly task: Task }) => {
  const say = useWords(taskWords)
  const runs = useRuns({ group: task.group, job: task.job })
  const rows = runs.data?.pages[0]?.runs.slice(0, runsMax) ?? []
  return (
    <>
      <Joined task={task} />
      <div className="cards">
        <DefinitionCard task={task} />
        <NextFires task={task} />
      </div>
      <section className="card">
        <h2>{say('latestRuns')}</h2>
        {runs.isPending ? (
          <Loading />
        ) : rows.length === 0 ? (
          <Nothing title={say('noRuns')} hint={say('noRunsHint')} />
        ) : (
          <>
            <RunTable runs={rows} ofOneTask />
            <p>
              <Link to={`${taskPath(task)}/runs`}>{say('allRuns')}</Link>
            </p>
          </>
        )}
      </section>
    </>
  )
}

const NextFires = ({ task }: { readonly task: Task }) => {
  const say = useWords(taskWords)
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
                <td>
                  {local.slice(0, 19).replace('T', ' ')}{' '}
                  <span className="faint">{local.slice(19)}</span>
                </td>
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
