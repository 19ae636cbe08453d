// One task in the list.
import { Checkbox } from 'antd'
import { Link } from 'react-router'
import { taskPath } from '../api/client.ts'
import type { Summary } from '../api/types.ts'
import { Ago, Countdown } from '../parts/moment.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { usePreferences } from '../preferences.tsx'

interface Props {
  readonly task: Summary
  readonly chosen: boolean
  readonly onChoose: (task: Summary, on: boolean) => void
}

export const TaskRow = ({ task, chosen, onChoose }: Props) => {
  const { say, language } = usePreferences()
  const { group, job, name, status, statusReason, lastRun } = task
  return (
    <tr>
      <td>
        <Checkbox
          aria-label={say('select', `${group}/${job}`)}
          checked={chosen}
          onChange={({ target }) => onChoose(task, target.checked)}
        />
      </td>
      <td>
        <StateMark state={status} />
        {statusReason !== null && <div className="faint clipped">{statusReason}</div>}
      </td>
      <td>
        <Link to={taskPath(task)}>{job}</Link>
        <div className="faint clipped">{name === null ? group : `${group} · ${name}`}</div>
      </td>
      <td className="roomy">
        {task.ruleWords[language]}
        <div className="faint">
          <code>{task.scheduleRule}</code> {task.zone}
        </div>
      </td>
      <td className="number">
        <Countdown at={task.nextFireAt} />
      </td>
      <td className="roomy">
        {lastRun === null ? (
          <span className="faint">–</span>
        ) : (
          <Link to={`/runs/${lastRun.runId}`} className="plain">
            <StateMark state={lastRun.outcome} />
            <div className="faint">
              <Ago at={lastRun.finishedAt} />
            </div>
          </Link>
        )}
      </td>
    </tr>
  )
}
