// The filters of the run log, in one row, kept in the address.
import { Button, Input, Select } from 'antd'
import { useCallback } from 'react'
import { useGroups } from '../api/questions.ts'
import { causeNames, outcomeNames } from '../api/types.ts'
import { SearchField } from '../list/search-field.tsx'
import { TimeField } from '../list/time-field.tsx'
import { useWords } from '../preferences.tsx'
import { rangeNames } from './range.ts'
import { runListWords } from './words.ts'

export const filterNames = [
  'q',
  'group',
  'job',
  'outcome',
  'cause',
  'last',
  'from',
  'to',
  'durationMin',
] as const
export type FilterName = (typeof filterNames)[number]

/** Milliseconds: what somebody looks for who asks what was slow. */
const lengths = [
  ['1000', '1 s'],
  ['10000', '10 s'],
  ['60000', '1 min'],
  ['600000', '10 min'],
] as const
export const between = 'between'

interface Props {
  readonly valueOf: (name: FilterName) => string
  readonly set: (name: FilterName, value: string) => void
  readonly isEmpty: boolean
  readonly clear: () => void
}

export const RunFilters = ({ valueOf, set, isEmpty, clear }: Props) => {
  const say = useWords(runListWords)
  const groups = useGroups().data?.groups ?? []
  const group = valueOf('group')
  const search = useCallback((text: string) => set('q', text), [set])
  const choice = (name: FilterName, label: string, any: string, options: readonly Choice[]) => (
    <Select
      aria-label={label}
      value={valueOf(name)}
      popupMatchSelectWidth={false}
      onChange={(value) => set(name, value)}
      options={[{ value: '', label: any }, ...options]}
    />
  )
  const isBetween = valueOf('last') === between || valueOf('from') + valueOf('to') !== ''
  return (
    <>
      <SearchField label={say('searchRuns')} value={valueOf('q')} onChange={search} />
      {choice(
        'group',
        say('group'),
        say('allGroups'),
        groups.map(({ group: value }) => ({ value, label: value })),
      )}
      {group !== '' && (
        <Input
          aria-label={say('job')}
          placeholder={say('job')}
          allowClear
          value={valueOf('job')}
          onChange={({ target }) => set('job', target.value)}
        />
      )}
      {choice('outcome', say('outcome'), say('anyOutcome'), [
        { value: 'failed,timed-out', label: say('notSucceeded') },
        ...outcomeNames.map((value) => ({ value, label: say(value) })),
      ])}
      {choice(
        'cause',
        say('cause'),
        say('anyCause'),
        causeNames.map((value) => ({ value, label: say(value) })),
      )}
      <Select
        aria-label={say('when')}
        value={isBetween ? between : valueOf('last')}
        popupMatchSelectWidth={false}
        onChange={(value) => {
          set('last', value)
          if (value !== between) {
            set('from', '')
            set('to', '')
          }
        }}
        options={[
          { value: '', label: say('anyTime') },
          ...rangeNames.map((value) => ({ value, label: say(`last-${value}`) })),
          { value: between, label: say('between') },
        ]}
      />
      {isBetween && (
        <>
          <TimeField
            label={say('fromTime')}
            value={valueOf('from')}
            onChange={(v) => set('from', v)}
          />
          <TimeField label={say('toTime')} value={valueOf('to')} onChange={(v) => set('to', v)} />
        </>
      )}
      {choice(
        'durationMin',
        say('took'),
        say('anyLength'),
        lengths.map(([value, text]) => ({ value, label: say('atLeast', text) })),
      )}
      <Button disabled={isEmpty} onClick={clear}>
        {say('clear')}
      </Button>
    </>
  )
}

interface Choice {
  readonly value: string
  readonly label: string
}
