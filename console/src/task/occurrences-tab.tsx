// Why did it, why did it not? Each planned instant with its verdict as one sentence, the one
// nearest to now first.
import { Select } from 'antd'
import { useMemo } from 'react'
import { Link } from 'react-router'
import type { Task } from '../api/types.ts'
import { clockTime } from '../format.ts'
import { Stamp } from '../parts/moment.tsx'
import { LongTable, type Column } from '../list/long-table.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Failed, Loading, Nothing } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { wordsIn } from '../say.ts'
import { useUrlFilter } from '../url-filter.ts'
import type { Language } from '../words.ts'
import {
  isReach,
  occurrencesMax,
  reachNames,
  useOccurrences,
  type Reach,
  type Explanation,
} from './explanations.ts'
import { VerdictMark } from './verdict-mark.tsx'
import { WhyBox } from './why-box.tsx'
import { taskWords } from './words.ts'
import { wallOf } from '../zoned.ts'

export const OccurrencesTab = ({ task }: { readonly task: Task }) => {
  const say = useWords(taskWords)
  const { valueOf, set } = useUrlFilter(['window', 'verdict'])
  const named = valueOf('window')
  const reach = isReach(named) ? named : usualReach(task)
  const which = valueOf('verdict')
  const asked = useOccurrences(task, reach)
  const found = (asked.data?.occurrences ?? []).filter(
    ({ verdict }) => which === '' || (verdict === 'fired') === (which === 'fired'),
  )
  const shown = reach === 'next-day' ? found : found.toReversed()
  return (
    <>
      <WhyBox task={task} />
      <div className="bar filters">
        <Select
          aria-label={say('window')}
          value={reach}
          onChange={(next) => set('window', next)}
          options={reachNames.map((value) => ({ value, label: say(value) }))}
        />
        <Select
          aria-label={say('verdict')}
          value={which}
          onChange={(next) => set('verdict', next)}
          options={[
            { value: '', label: say('allVerdicts') },
            { value: 'fired', label: say('onlyFired') },
            { value: 'not', label: say('onlyNot') },
          ]}
        />
      </div>
      {asked.isPending ? (
        <Loading />
      ) : asked.data === undefined ? (
        <Failed error={asked.error} retry={asked.refetch} />
      ) : shown.length === 0 ? (
        <Nothing title={say('noOccurrences')} hint={say('noOccurrencesHint')} />
      ) : (
        <>
          {asked.data.since !== null ? (
            <p className="mark late wrapping">{say('onlySince', clockTime(asked.data.since))}</p>
          ) : (
            asked.data.next !== null && (
              <p className="mark late wrapping">{say('cutShort', occurrencesMax)}</p>
            )
          )}
          <Table of={shown} zone={task.zone} />
        </>
      )}
    </>
  )
}

/** A task that fires every few minutes has enough to tell of one hour. */
const usualReach = ({ nextFireAt }: Task): Reach =>
  nextFireAt !== null && Date.parse(nextFireAt) - Date.now() < 600_000 ? 'last-hour' : 'last-day'

const columnsOf = (zone: string, language: Language): readonly Column<Explanation>[] => {
  const say = wordsIn(taskWords, language)
  return [
    {
      id: 'at',
      title: say('scheduledFor'),
      className: 'number w-time',
      cell: ({ at }) => (
        <Stamp
          at={at}
          text={wallOf(at, zone).replace('T', ' ')}
          title={`${clockTime(at)} · ${at}`}
        />
      ),
    },
    {
      id: 'verdict',
      title: say('verdict'),
      cell: ({ verdict, sentences }) => (
        <>
          <VerdictMark verdict={verdict} />
          <div title={sentences[language]}>{sentences[language]}</div>
        </>
      ),
    },
    {
      id: 'run',
      title: say('run'),
      className: 'w-short',
      cell: ({ run, sentences }) => (
        <>
          {run !== null && (
            <Link to={`/runs/${run.runId}`} data-open>
              <code>{run.runId.slice(0, 8)}</code>
            </Link>
          )}
          <CopyButton
            small
            label={say('copy')}
            done={say('copied')}
            text={() => sentences[language]}
          />
        </>
      ),
    },
  ]
}

const keyOf = ({ at }: Explanation): string => at

/** All there are, known at once. */
const Table = ({ of: rows, zone }: { of: readonly Explanation[]; zone: string }) => {
  const say = useWords(taskWords)
  const { language } = usePreferences()
  const columns = useMemo(() => columnsOf(zone, language), [zone, language])
  return (
    <LongTable
      of={{ rows, hasMore: false, show: nothingToFetch, isPlaceholder: false }}
      label={say('tabOccurrences')}
      columns={columns}
      keyOf={keyOf}
    />
  )
}

const nothingToFetch = (): void => undefined
