// The columns of the list of tasks, in the language chosen.
import { Link } from 'react-router'
import { taskPath } from '../api/client.ts'
import type { Summary } from '../api/types.ts'
import { clockTime } from '../format.ts'
import type { Column } from '../list/long-table.tsx'
import { Ago, Countdown } from '../parts/moment.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { wordsIn } from '../say.ts'
import type { Language } from '../words.ts'
import { Strip } from './strip.tsx'
import { taskListWords } from './words.ts'

/** What is not shown unless it is asked for. */
export const hiddenAtFirst = ['last', 'target', 'fired', 'priority', 'added']

export const taskColumns = (language: Language): readonly Column<Summary>[] => {
  const say = wordsIn(taskListWords, language)
  return [
    {
      id: 'state',
      title: say('state'),
      className: 'w-state',
      cell: ({ status, statusBy, statusReason }) => (
        <>
          <StateMark state={status} />
          {status !== 'Active' && statusReason !== null && (
            <div className="faint" title={`${statusReason} ${say('by', statusBy ?? '–')}`}>
              {statusReason}
            </div>
          )}
        </>
      ),
    },
    {
      id: 'job',
      title: say('job'),
      cell: (task) => (
        <>
          <Link to={taskPath(task)} data-open>
            {task.job}
          </Link>
          <div className="faint">
            {task.name === null ? task.group : `${task.group} · ${task.name}`}
          </div>
        </>
      ),
    },
    {
      id: 'rule',
      title: say('rule'),
      className: 'roomy w-wide',
      cell: ({ ruleWords, scheduleRule, zone }) => (
        <>
          <div title={ruleWords[language]}>{ruleWords[language]}</div>
          <div className="faint">
            <code>{scheduleRule}</code> {zone}
          </div>
        </>
      ),
    },
    {
      id: 'next',
      title: say('nextFire'),
      className: 'number w-short',
      cell: ({ nextFireAt }) => <Countdown at={nextFireAt} />,
    },
    {
      id: 'strip',
      title: say('strip'),
      className: 'roomy w-strip',
      cell: (task) =>
        task.recent === undefined ? (
          <span className="faint">–</span>
        ) : (
          <Link to={`${taskPath(task)}/occurrences`} className="plain">
            <Strip recent={task.recent} say={say} />
          </Link>
        ),
    },
    {
      id: 'last',
      title: say('lastRun'),
      className: 'roomy w-state',
      cell: ({ lastRun }) =>
        lastRun === null ? (
          <span className="faint">–</span>
        ) : (
          <Link to={`/runs/${lastRun.runId}`} className="plain">
            <StateMark state={lastRun.outcome} />
            <div className="faint">
              <Ago at={lastRun.finishedAt} />
            </div>
          </Link>
        ),
    },
    {
      id: 'rate',
      title: say('successRate'),
      className: 'roomy number right w-number',
      cell: ({ counts }) => (counts === null ? '–' : <Rate {...counts} />),
    },
    {
      id: 'target',
      title: say('target'),
      className: 'roomy',
      cell: ({ target }) => <code title={target}>{target}</code>,
    },
    {
      id: 'fired',
      title: say('fired'),
      className: 'roomy number right w-number',
      cell: ({ counts }) => counts?.fired ?? '–',
    },
    {
      id: 'priority',
      title: say('priority'),
      className: 'roomy number right w-number',
      cell: ({ priority }) => priority,
    },
    {
      id: 'added',
      title: say('added'),
      className: 'roomy number w-time',
      cell: ({ addedAt }) => clockTime(addedAt),
    },
  ]
}

/** Of all runs that ended by themselves; rounded down, so that 100 % means all of them. */
const Rate = ({ succeeded, failed, timedOut }: NonNullable<Summary['counts']>) => {
  const ended = succeeded + failed + timedOut
  if (ended === 0) return <span className="faint">–</span>
  const percent = Math.floor((1_000 * succeeded) / ended) / 10
  return (
    <span className={succeeded === ended ? '' : 'mark bad'} title={`${succeeded} / ${ended}`}>
      {percent} %
    </span>
  )
}
