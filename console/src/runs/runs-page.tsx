// What happened to this call? Filters in one row, kept in the address; newest first.
import { Button, Input, Select } from 'antd'
import { useGroups, useRuns } from '../api/questions.ts'
import { causeNames, outcomeNames } from '../api/types.ts'
import { ExportButtons } from '../parts/export-buttons.tsx'
import { Pages } from '../parts/pages.tsx'
import { Nothing } from '../parts/states.tsx'
import { usePreferences } from '../preferences.tsx'
import { useUrlFilter } from '../url-filter.ts'
import { RunTable } from './run-table.tsx'

const names = ['group', 'job', 'outcome', 'cause', 'from', 'to'] as const

/** A local date and time as the browser's field writes it, as the instant it means there. */
const instantOf = (local: string): string => {
  const at = new Date(local)
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}

export const RunsPage = () => {
  const { say } = usePreferences()
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
  const list = useRuns(filter)
  const runs = list.data?.pages.flatMap((page) => page.runs) ?? []
  const time = (name: 'from' | 'to') => (
    <Input
      type="datetime-local"
      aria-label={say(name === 'from' ? 'fromTime' : 'toTime')}
      value={valueOf(name)}
      onChange={({ target }) => set(name, target.value)}
    />
  )
  return (
    <>
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
        {time('from')}
        {time('to')}
        <Button disabled={isEmpty} onClick={clear}>
          {say('clear')}
        </Button>
        <ExportButtons of="runs" filter={filter} />
      </div>
      <Pages of={list}>
        {runs.length === 0 ? (
          <Nothing
            title={say(isEmpty ? 'noRuns' : 'noMatch')}
            hint={say(isEmpty ? 'noRunsHint' : 'noMatchHint')}
          />
        ) : (
          <RunTable runs={runs} />
        )}
      </Pages>
    </>
  )
}
