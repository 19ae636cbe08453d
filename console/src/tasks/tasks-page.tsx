// Where is my task, and how is it? Groups at the left, the search above, a row for each task.
import { Checkbox, Input } from 'antd'
import { useState } from 'react'
import { useTasks } from '../api/questions.ts'
import type { Summary } from '../api/types.ts'
import { Commands } from '../parts/commanding.tsx'
import { ExportButtons } from '../parts/export-buttons.tsx'
import { Pages } from '../parts/pages.tsx'
import { Nothing } from '../parts/states.tsx'
import { usePreferences } from '../preferences.tsx'
import { useUrlFilter } from '../url-filter.ts'
import { GroupList } from './group-list.tsx'
import { TaskRow } from './task-row.tsx'

const keyOf = ({ group, job }: Summary) => JSON.stringify([group, job])

export const TasksPage = () => {
  const { say } = usePreferences()
  const { valueOf, set, isEmpty } = useUrlFilter(['q', 'group'])
  const [typed, setTyped] = useState(valueOf('q'))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const filter = { q: valueOf('q'), group: valueOf('group') }
  const list = useTasks(filter)
  const tasks = list.data?.pages.flatMap((page) => page.tasks) ?? []
  const selected = tasks.filter((task) => chosen.has(keyOf(task)))

  const choose = (task: Summary, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(keyOf(task))
    else next.delete(keyOf(task))
    setChosen(next)
  }
  const allChosen = tasks.length > 0 && selected.length === tasks.length

  return (
    <div className="columns">
      <GroupList chosen={valueOf('group')} onChoose={(group) => set('group', group)} />
      <div className="wide">
        <div className="bar searching">
          <Input.Search
            autoFocus
            allowClear
            aria-label={say('search')}
            placeholder={say('search')}
            value={typed}
            onChange={({ target }) => {
              setTyped(target.value)
              set('q', target.value.trim())
            }}
          />
          <ExportButtons of="tasks" filter={filter} />
        </div>
        {selected.length > 0 && (
          <div className="bar chosen" role="region" aria-label={say('selected', selected.length)}>
            <strong>{say('selected', selected.length)}</strong>
            <Commands keys={selected} onDone={() => setChosen(new Set())} />
          </div>
        )}
        <Pages of={list}>
          {tasks.length === 0 ? (
            <Nothing
              title={say(isEmpty ? 'noTasks' : 'noMatch')}
              hint={say(isEmpty ? 'noTasksHint' : 'noMatchHint')}
            />
          ) : (
            <table>
              <thead>
                <tr>
                  <th>
                    <Checkbox
                      aria-label={say('select', say('tasks'))}
                      checked={allChosen}
                      indeterminate={selected.length > 0 && !allChosen}
                      onChange={({ target }) =>
                        setChosen(new Set(target.checked ? tasks.map(keyOf) : []))
                      }
                    />
                  </th>
                  <th>{say('state')}</th>
                  <th>{say('job')}</th>
                  <th className="roomy">{say('rule')}</th>
                  <th>{say('nextFire')}</th>
                  <th className="roomy">{say('lastRun')}</th>
                </tr>
              </thead>
              <tbody>
                {tasks.map((task) => (
                  <TaskRow
                    key={keyOf(task)}
                    task={task}
                    chosen={chosen.has(keyOf(task))}
                    onChoose={choose}
                  />
                ))}
              </tbody>
            </table>
          )}
        </Pages>
      </div>
    </div>
  )
}
