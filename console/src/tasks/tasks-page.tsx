// Where is my task, and how is it? Groups at the left, the search above, a row for each task.
import { Select, Tag } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { useTaskList } from '../api/lists.ts'
import { statusNames, type Summary } from '../api/types.ts'
import { ColumnMenu } from '../list/column-menu.tsx'
import { useHiddenColumns } from '../list/kept.ts'
import { ListStates } from '../list/list-states.tsx'
import { LongTable } from '../list/long-table.tsx'
import { SearchField } from '../list/search-field.tsx'
import { ViewMenu } from '../list/view-menu.tsx'
import { ExportMenu } from '../parts/export-menu.tsx'
import { LinkButton } from '../parts/link-button.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { useUrlFilter } from '../url-filter.ts'
import { BulkBar } from './bulk-bar.tsx'
import { choiceColumn } from './choice-column.tsx'
import { GroupList } from './group-list.tsx'
import { hiddenAtFirst, taskColumns } from './task-columns.tsx'
import { useMoment } from '../shell/as-of.tsx'
import { taskListWords } from './words.ts'

const names = ['q', 'group', 'status', 'failing', 'kind', 'calendar'] as const

const orders = ['next', 'changed'] as const

const keyOf = ({ group, job }: Summary) => JSON.stringify([group, job])

export const TasksPage = () => {
  const { language } = usePreferences()
  const say = useWords(taskListWords)
  const { valueOf, set, isEmpty } = useUrlFilter(names)
  const order = useUrlFilter(['sort'])
  const isPast = useMoment() !== null
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [hidden, setHidden] = useHiddenColumns('tasks', hiddenAtFirst)
  const filter = Object.fromEntries(names.map((name) => [name, valueOf(name)]))
  const isFailing = valueOf('failing') === 'true'
  const list = useTaskList({ ...filter, sort: order.valueOf('sort') })
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
            value={isFailing && !isPast ? 'failing' : valueOf('status')}
            popupMatchSelectWidth={false}
            onChange={(value) => {
              set('status', value === 'failing' ? '' : value)
              set('failing', value === 'failing' ? 'true' : '')
            }}
            options={[
              { value: '', label: say('anyState') },
              { value: 'failing', label: say('failingNow'), disabled: isPast },
              ...statusNames.map((value) => ({ value, label: say(value) })),
            ]}
          />
          <Select
            aria-label={say('kind')}
            value={valueOf('kind')}
            popupMatchSelectWidth={false}
            onChange={(value) => set('kind', value)}
            options={[
              { value: '', label: say('anyKind') },
              { value: 'cron', label: say('cron') },
              { value: 'simple', label: say('simple') },
            ]}
          />
          <Select
            aria-label={say('order')}
            value={isPast ? '' : order.valueOf('sort')}
            disabled={isPast}
            popupMatchSelectWidth={false}
            onChange={(value) => order.set('sort', value)}
            options={[
              { value: '', label: say('byKey') },
              ...orders.map((value) => ({ value, label: say(value) })),
            ]}
          />
          {valueOf('calendar') !== '' && (
            <Tag
              closable={{ 'aria-label': say('dropCalendar') }}
              onClose={() => set('calendar', '')}
            >
              {say('ofCalendar', valueOf('calendar'))}
            </Tag>
          )}
          <ViewMenu list="tasks" />
          <ExportMenu of="tasks" filter={filter} />
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
