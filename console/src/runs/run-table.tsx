// Runs as rows, newest first, as they come.
import { Link } from 'react-router'
import { taskPath } from '../api/client.ts'
import type { Run } from '../api/types.ts'
import { duration } from '../format.ts'
import { At } from '../parts/moment.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { usePreferences } from '../preferences.tsx'

interface Props {
  readonly runs: readonly Run[]
  readonly ofOneTask?: boolean
}

export const RunTable = ({ runs, ofOneTask = false }: Props) => {
  const { say, language } = usePreferences()
  return (
    <table>
      <thead>
        <tr>
          <th>{say('outcome')}</th>
          {!ofOneTask && <th>{say('job')}</th>}
          <th>{say('triggered')}</th>
          <th className="roomy">{say('cause')}</th>
          <th className="roomy right">{say('late')}</th>
          <th className="right">{say('took')}</th>
          <th className="roomy">{say('reason')}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.runId}>
            <td>
              <StateMark state={run.outcome} />
            </td>
            {!ofOneTask && (
              <td>
                <Link to={taskPath(run)}>{run.job}</Link>
                <div className="faint clipped">{run.group}</div>
              </td>
            )}
            <td className="number">
              <Link to={`/runs/${run.runId}`}>
                <At at={run.triggeredAt} />
              </Link>
            </td>
            <td className="roomy">{say(run.cause)}</td>
            <td className="roomy number right">{duration(run.latenessMs, language)}</td>
            <td className="number right">{duration(run.durationMs, language)}</td>
            <td className="roomy">
              <div className="clipped" title={run.reason ?? run.resultValue ?? ''}>
                {run.reason ?? run.resultValue}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
