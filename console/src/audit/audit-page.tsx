// Who did what, when and why? Everything that happened, newest first, each opening its event.
import { useCallback, useMemo } from 'react'
import { useActivityList } from '../api/lists.ts'
import { ColumnMenu } from '../list/column-menu.tsx'
import { useHiddenColumns } from '../list/kept.ts'
import { ListStates } from '../list/list-states.tsx'
import { LongTable } from '../list/long-table.tsx'
import { instantOf } from '../list/time-field.tsx'
import { ViewMenu } from '../list/view-menu.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { useUrlFilter } from '../url-filter.ts'
import { auditColumns, hiddenAtFirst } from './audit-columns.tsx'
import { AuditFilters, filterNames } from './audit-filters.tsx'
import type { Entry } from '../api/activity.ts'
import { ExportMenu } from '../parts/export-menu.tsx'
import { EventPanel } from './event-panel.tsx'
import { openWord, readOpenWord } from './open-event.ts'
import { auditWords } from './words.ts'
import './audit.css'

export const AuditPage = () => {
  const { language } = usePreferences()
  const say = useWords(auditWords)
  const filters = useUrlFilter(filterNames)
  const { valueOf, set, isEmpty } = filters
  const opened = useUrlFilter(['open'])
  const setOpen = opened.set
  const [hidden, setHidden] = useHiddenColumns('audit', hiddenAtFirst)
  const group = valueOf('group')
  const filter = {
    group,
    job: group === '' ? '' : valueOf('job').trim(),
    type: valueOf('type'),
    // What is still being typed finds nothing.
    runId: /^[0-9a-f]{32}$/.test(valueOf('runId')) ? valueOf('runId') : '',
    actor: valueOf('actor'),
    source: valueOf('source'),
    from: instantOf(valueOf('from')),
    to: instantOf(valueOf('to')),
  }
  const list = useActivityList(filter)
  const open = useCallback((entry: Entry) => setOpen('open', openWord(entry)), [setOpen])
  const columns = useMemo(
    () => auditColumns({ language, onOpen: open, onActor: (actor) => set('actor', actor) }),
    [language, open, set],
  )
  const shown = useMemo(() => columns.filter(({ id }) => !hidden.includes(id)), [columns, hidden])
  const marked = opened.valueOf('open')
  const event = readOpenWord(marked)
  const at = list.rows.findIndex((entry) => openWord(entry) === marked)
  const step = (by: 1 | -1) => {
    const entry = list.rows[at + by]
    if (entry !== undefined) open(entry)
  }
  return (
    <>
      <h1 className="unseen">{say('title')}</h1>
      <div className="bar filters" role="search">
        <AuditFilters {...filters} />
        <ExportMenu of="activity" filter={filter} />
        <ViewMenu list="audit" />
        <ColumnMenu columns={columns} hidden={hidden} onChange={setHidden} />
      </div>
      <ListStates
        of={list}
        empty={
          isEmpty
            ? { title: say('noActivity'), hint: say('noActivityHint') }
            : { title: say('noMatch'), hint: say('noMatchHint') }
        }
      >
        <LongTable
          of={list}
          label={say('title')}
          columns={shown}
          keyOf={openWord}
          marked={marked}
        />
      </ListStates>
      {event !== null && (
        <EventPanel
          event={event}
          onStep={at === -1 ? null : step}
          onClose={() => setOpen('open', '')}
        />
      )}
    </>
  )
}
