// Why did it, why did it not? Each planned instant with its verdict as one sentence, the one
// nearest to now first.
import { Select } from 'antd'
import { Link } from 'react-router'
import type { Task } from '../api/types.ts'
import { clockTime } from '../format.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Failed, Loading, Nothing } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { useUrlFilter } from '../url-filter.ts'
import {
  isReach,
  occurrencesMax,
  reachNames,
  useOccurrences,
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
  const reach = isReach(named) ? named : 'last-day'
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

const Table = ({ of: list, zone }: { of: readonly Explanation[]; zone: string }) => {
  const say = useWords(taskWords)
  const { language } = usePreferences()
  return (
    <table>
      <thead>
        <tr>
          <th>{say('scheduledFor')}</th>
          <th>{say('verdict')}</th>
          <th>{say('run')}</th>
        </tr>
      </thead>
      <tbody>
        {list.map(({ at, verdict, sentences, run }) => (
          <tr key={at}>
            <td className="number">
              <time dateTime={at} title={at}>
                {wallOf(at, zone).replace('T', ' ')}
              </time>
            </td>
            <td>
              <VerdictMark verdict={verdict} /> {sentences[language]}{' '}
              <CopyButton
                small
                label={say('copy')}
                done={say('copied')}
                text={() => sentences[language]}
              />
            </td>
            <td>
              {run === null ? (
                '–'
              ) : (
                <Link to={`/runs/${run.runId}`}>
                  <code>{run.runId.slice(0, 8)}</code>
                </Link>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
