// Where is my task, and how is it? Groups at the left, the search above, a row for each task.
import { Select } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { useTaskList } from '../api/lists.ts'
import { statusNames, type Summary } from '../api/types.ts'
import { ColumnMenu } from '../list/column-menu.tsx'
import { useHiddenColumns } from '../list/kept.ts'
import { ListStates } from '../list/list-states.tsx'
import { LongTable } from '../list/long-table.tsx'
import { SearchField } from '../list/search-field.tsx'
import { ViewMenu } from '../list/view-menu.tsx'
import { ExportButtons } from '../parts/export-buttons.tsx'
import { LinkButton } from '../parts/link-button.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { useUrlFilter } from '../url-filter.ts'
import { BulkBar } from './bulk-bar.tsx'
import { choiceColumn } from './choice-column.tsx'
import { GroupList } from './group-list.tsx'
import { hiddenAtFirst, taskColumns } from './task-columns.tsx'
import { taskListWords } from './words.ts'

const keyOf = ({ group, job }: Summary) => JSON.stringify([group, job])

export const TasksPage = () => {
  const { language } = usePreferences()
  const say = useWords(taskListWords)
  const { valueOf, set, isEmpty } = useUrlFilter(['q', 'group', 'status'])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [hidden, setHidden] = useHiddenColumns('tasks', hiddenAtFirst)
  const filter = { q: valueOf('q'), group: valueOf('group'), status: valueOf('status') }
  const list = useTaskList(filter)
  const selected = chosen.size === 0 ? [] : list.rows.filter((task) => chosen.has(keyOf(task)))
  const columns = useMemo(() => taskColumns(language), [language])
  const choice = choiceColumn({ say, rows: list.rows, keyOf, chosen, onChange: setChosen })
  const shown = [choice, ...columns.filter(({ id }) => !hidden.includes(id))]
  const search = useCallback((text: string) => set('q', text), [set])
  const empty = isEmpty
    ? { title: say('noTasks'), hint: say('noTasksHint') }
    : { title: say('noMatch'), hint: say('noMatchHint') }

  return (
    <div className="columns">
      <GroupList chosen={valueOf('group')} onChoose={(group) => set('group', group)} />
      <div className="wide">
        <h1 className="unseen">{say('tasks')}</h1>
        <div className="bar searching" role="search">
          <SearchField first label={say('search')} value={valueOf('q')} onChange={search} />
          <Select
            aria-label={say('state')}
            value={valueOf('status')}
            popupMatchSelectWidth={false}
            onChange={(value) => set('status', value)}
            options={[
              { value: '', label: say('anyState') },
              ...statusNames.map((value) => ({ value, label: say(value) })),
            ]}
          />
          <ViewMenu list="tasks" />
          <ExportButtons of="tasks" filter={filter} />
          <ColumnMenu columns={columns} hidden={hidden} onChange={setHidden} />
          <LinkButton primary to="/tasks/new">
            {say('newTask')}
          </LinkButton>
        </div>
        <BulkBar selected={selected} filter={filter} onDone={() => setChosen(new Set())} />
        <ListStates of={list} empty={empty}>
          <LongTable of={list} label={say('tasks')} columns={shown} keyOf={keyOf} />
        </ListStates>
      </div>
    </div>
  )
}
