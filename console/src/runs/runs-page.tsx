// What happened to this call? Filters in one row, kept in the address; newest first.
import { CaretRightOutlined, PauseOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useRunList } from '../api/lists.ts'
import { ColumnMenu } from '../list/column-menu.tsx'
import { useHiddenColumns } from '../list/kept.ts'
import { ListStates } from '../list/list-states.tsx'
import { LongTable } from '../list/long-table.tsx'
import { instantOf } from '../list/time-field.tsx'
import { ViewMenu } from '../list/view-menu.tsx'
import { ExportMenu } from '../parts/export-menu.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { useUrlFilter } from '../url-filter.ts'
import { beginOf, isRange } from './range.ts'
import { hiddenAtFirst, runColumns } from './run-columns.tsx'
import { filterNames, RunFilters } from './run-filters.tsx'
import { runListWords } from './words.ts'

export const RunsPage = () => {
  const { language } = usePreferences()
  const say = useWords(runListWords)
  const { valueOf, set, isEmpty, clear } = useUrlFilter(filterNames)
  const last = valueOf('last')
  // Once for each choice: a list that begins anew every minute could not be read.
  const begin = useMemo(() => (isRange(last) ? beginOf(last, Date.now()) : ''), [last])
  const group = valueOf('group')
  const filter = {
    q: valueOf('q').trim(),
    group,
    job: group === '' ? '' : valueOf('job').trim(),
    outcome: valueOf('outcome'),
    cause: valueOf('cause'),
    durationMin: valueOf('durationMin'),
    from: begin === '' ? instantOf(valueOf('from')) : begin,
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
        <RunFilters valueOf={valueOf} set={set} isEmpty={isEmpty} clear={clear} />
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
