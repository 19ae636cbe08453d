// The columns of lists of runs, in the language chosen.
import { Link } from 'react-router'
import { taskPath } from '../api/client.ts'
import type { Run } from '../api/types.ts'
import { duration } from '../format.ts'
import type { Column } from '../list/long-table.tsx'
import { At } from '../parts/moment.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { wordsIn } from '../say.ts'
import type { Language } from '../words.ts'
import { runListWords } from './words.ts'

/** What is not shown unless it is asked for. */
export const hiddenAtFirst = ['scheduled', 'attempts', 'status', 'target']

export const runColumns = (language: Language): readonly Column<Run>[] => {
  const say = wordsIn(runListWords, language)
  return [
    {
      id: 'outcome',
      title: say('outcome'),
      className: 'w-state',
      cell: ({ outcome }) => <StateMark state={outcome} />,
    },
    {
      id: 'job',
      title: say('job'),
      cell: (run) => (
        <>
          <Link to={taskPath(run)}>{run.job}</Link>
          <div className="faint clipped">{run.group}</div>
        </>
      ),
    },
    {
      id: 'triggered',
      title: say('triggered'),
      className: 'number w-time',
      cell: ({ runId, triggeredAt }) => (
        <Link to={`/runs/${runId}`} data-open>
          <At at={triggeredAt} />
        </Link>
      ),
    },
    {
      id: 'scheduled',
      title: say('scheduledFor'),
      className: 'roomy number w-time',
      cell: ({ scheduledFor }) => <At at={scheduledFor} />,
    },
    {
      id: 'cause',
      title: say('cause'),
      className: 'roomy w-cause',
      cell: ({ cause }) => say(cause),
    },
    {
      id: 'late',
      title: say('late'),
      className: 'roomy number right w-number',
      cell: ({ latenessMs }) => duration(latenessMs, language),
    },
    {
      id: 'took',
      title: say('took'),
      className: 'number right w-number',
      cell: ({ durationMs }) => duration(durationMs, language),
    },
    {
      id: 'attempts',
      title: say('attempts'),
      className: 'roomy number right w-number',
      cell: ({ attempts }) => attempts,
    },
    {
      id: 'status',
      title: say('statusCode'),
      className: 'roomy number right w-number',
      cell: ({ statusCode }) => statusCode ?? '–',
    },
    {
      id: 'target',
      title: say('target'),
      className: 'roomy',
      cell: ({ target }) => <code title={target}>{target}</code>,
    },
    {
      id: 'result',
      title: say('result'),
      className: 'roomy w-wide',
      cell: ({ reason, resultValue }) => (
        <div className="clipped" title={reason ?? resultValue ?? ''}>
          {reason ?? resultValue}
        </div>
      ),
    },
  ]
}
