// What happened to this call? Filters in one row, kept in the address; newest first.
import { CaretRightOutlined, PauseOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { useMemo, useState } from 'react'
import { useRunList } from '../api/lists.ts'
import { useGroups } from '../api/questions.ts'
import { causeNames, outcomeNames } from '../api/types.ts'
import { ColumnMenu } from '../list/column-menu.tsx'
import { useHiddenColumns } from '../list/kept.ts'
import { ListStates } from '../list/list-states.tsx'
import { LongTable } from '../list/long-table.tsx'
import { instantOf, TimeField } from '../list/time-field.tsx'
import { ViewMenu } from '../list/view-menu.tsx'
import { ExportMenu } from '../parts/export-menu.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { useUrlFilter } from '../url-filter.ts'
import { hiddenAtFirst, runColumns } from './run-columns.tsx'
import { runListWords } from './words.ts'

const names = ['group', 'job', 'outcome', 'cause', 'from', 'to'] as const

export const RunsPage = () => {
  const { language } = usePreferences()
  const say = useWords(runListWords)
  const { valueOf, set, isEmpty, clear } = useUrlFilter(names)
  const groups = useGroups().data?.groups ?? []
  const group = valueOf('group')
  const filter = {
    group,
    job: group === '' ? '' : valueOf('job').trim(),
    outcome: valueOf('outcome'),
    cause: valueOf('cause'),
    from: instantOf(valueOf('from')),
    to: instantOf(valueOf('to')),
  }
  const [follows, setFollows] = useState(true)
  const [hidden, setHidden] = useHiddenColumns('runs', hiddenAtFirst)
  const list = useRunList(filter, !follows)
  const columns = useMemo(() => runColumns(language), [language])
  const shown = useMemo(() => columns.filter(({ id }) => !hidden.includes(id)), [columns, hidden])
  const empty = isEmpty
    ? { title: say('noRuns'), hint: say('noRunsHint') }
    : { title: say('noMatch'), hint: say('noMatchHint') }
  return (
    <>
      <h1 className="unseen">{say('runs')}</h1>
      <div className="bar filters" role="search">
        <Select
          aria-label={say('group')}
          value={group}
          onChange={(value) => set('group', value)}
          options={[
            { value: '', label: say('allGroups') },
            ...groups.map(({ group: value }) => ({ value, label: value })),
          ]}
        />
        <Input
          aria-label={say('job')}
          placeholder={say('job')}
          disabled={group === ''}
          value={valueOf('job')}
          onChange={({ target }) => set('job', target.value)}
        />
        <Select
          aria-label={say('outcome')}
          value={valueOf('outcome')}
          onChange={(value) => set('outcome', value)}
          options={[
            { value: '', label: say('anyOutcome') },
            ...outcomeNames.map((value) => ({ value, label: say(value) })),
          ]}
        />
        <Select
          aria-label={say('cause')}
          value={valueOf('cause')}
          onChange={(value) => set('cause', value)}
          options={[
            { value: '', label: say('anyCause') },
            ...causeNames.map((value) => ({ value, label: say(value) })),
          ]}
        />
        <TimeField
          label={say('fromTime')}
          value={valueOf('from')}
          onChange={(v) => set('from', v)}
        />
        <TimeField label={say('toTime')} value={valueOf('to')} onChange={(v) => set('to', v)} />
        <Button disabled={isEmpty} onClick={clear}>
          {say('clear')}
        </Button>
        <Button
          aria-pressed={follows}
          title={say(follows ? 'followSays' : 'frozen')}
          icon={follows ? <PauseOutlined aria-hidden /> : <CaretRightOutlined aria-hidden />}
          onClick={() => setFollows(!follows)}
        >
          {say('follow')}
        </Button>
        <ViewMenu list="runs" />
        <ColumnMenu columns={columns} hidden={hidden} onChange={setHidden} />
        <ExportMenu of="runs" filter={filter} />
      </div>
      <ListStates of={list} empty={empty}>
        <LongTable of={list} label={say('runs')} columns={shown} keyOf={({ runId }) => runId} />
      </ListStates>
    </>
  )
}
