// The filters of the list of everything that happened, in one row.
import { Button, Input, Select } from 'antd'
import { useGroups } from '../api/questions.ts'
import { SearchField } from '../list/search-field.tsx'
import { TimeField } from '../list/time-field.tsx'
import { useWords } from '../preferences.tsx'
import { sources } from './audit-columns.tsx'
import { eventTypes, kinds } from '../api/activity.ts'
import { auditWords } from './words.ts'

export const filterNames = [
  'group',
  'job',
  'type',
  'runId',
  'actor',
  'source',
  'from',
  'to',
] as const
export type FilterName = (typeof filterNames)[number]

interface Props {
  readonly valueOf: (name: FilterName) => string
  readonly set: (name: FilterName, value: string) => void
  readonly isEmpty: boolean
  readonly clear: () => void
}

const kindNames = ['changes', 'decisions', 'trouble'] as const

export const AuditFilters = ({ valueOf, set, isEmpty, clear }: Props) => {
  const say = useWords(auditWords)
  const groups = useGroups().data?.groups ?? []
  return (
    <>
      <Select
        aria-label={say('what')}
        value={valueOf('type')}
        popupMatchSelectWidth={false}
        onChange={(value) => set('type', value)}
        options={[
          { value: '', label: say('everything') },
          ...kindNames.map((kind) => ({ value: kinds[kind].join(','), label: say(kind) })),
          {
            label: say('kinds'),
            options: eventTypes.map((value) => ({ value, label: value })),
          },
        ]}
      />
      <SearchField
        label={say('actor')}
        value={valueOf('actor')}
        onChange={(actor) => set('actor', actor)}
      />
      <Select
        aria-label={say('group')}
        showSearch
        value={valueOf('group')}
        popupMatchSelectWidth={false}
        onChange={(value) => set('group', value)}
        options={[
          { value: '', label: say('allGroups') },
          ...groups.map(({ group }) => ({ value: group, label: group })),
        ]}
      />
      {valueOf('group') !== '' && (
        <Input
          aria-label={say('job')}
          placeholder={say('job')}
          allowClear
          value={valueOf('job')}
          onChange={({ target }) => set('job', target.value)}
        />
      )}
      <Input
        aria-label={say('runId')}
        placeholder={say('runId')}
        allowClear
        className="run-id"
        value={valueOf('runId')}
        onChange={({ target }) => set('runId', target.value.trim())}
      />
      <Select
        aria-label={say('source')}
        value={valueOf('source')}
        popupMatchSelectWidth={false}
        onChange={(value) => set('source', value)}
        options={[
          { value: '', label: say('anySource') },
          ...sources.map((value) => ({ value, label: say(value) })),
        ]}
      />
      <TimeField label={say('fromTime')} value={valueOf('from')} onChange={(v) => set('from', v)} />
      <TimeField label={say('toTime')} value={valueOf('to')} onChange={(v) => set('to', v)} />
      <Button disabled={isEmpty} onClick={clear}>
        {say('clear')}
      </Button>
    </>
  )
}
