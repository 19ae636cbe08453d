// The next ten fires while typing, on the task's clock and on the viewer's, clock changes marked.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import { ApiError, postText } from '../api/client.ts'
import { Preview } from '../api/types.ts'
import { Countdown } from '../parts/moment.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { useSettled } from '../settled.ts'
import { editorWords } from './words.ts'
import { viewerZone, wallOf } from '../zoned.ts'

export const useLivePreview = (schedule: object) => {
  const asked = useSettled(JSON.stringify({ schedule, count: 10 }), 200)
  return useQuery({
    queryKey: ['preview', asked],
    queryFn: ({ signal }) => postText('/preview', asked, Preview, signal),
    placeholderData: keepPreviousData,
    retry: (failures, error) => failures < 2 && error instanceof ApiError && error.status === 0,
  })
}

interface Props {
  readonly preview: ReturnType<typeof useLivePreview>
  readonly zone: string
}

export const NextFires = ({ preview: { data, error, isPlaceholderData }, zone }: Props) => {
  const say = useWords(editorWords)
  const { language } = usePreferences()
  if (error instanceof ApiError)
    return <Alert type="error" showIcon title={error.words[language]} />
  if (data === undefined) return <p className="faint">{say('loading')}</p>
  const { words, canonical, fires, changes, missingCalendars } = data
  return (
    <div aria-live="polite" className={isPlaceholderData ? 'settling' : ''}>
      <p className="rule-words">
        <strong>{words[language]}</strong>
      </p>
      {canonical !== null && (
        <p className="faint">
          <code>{canonical}</code>
        </p>
      )}
      {missingCalendars.length > 0 && (
        <Alert type="warning" showIcon title={say('noCalendar', missingCalendars.join(', '))} />
      )}
      {fires.length === 0 ? (
        <p className="mark late wrapping">{say('neverFires')}</p>
      ) : (
        <Fires fires={fires} zone={zone} />
      )}
      {changes.map(({ at, words: note }) => (
        <p key={at} className="mark late wrapping">
          {note[language]}
        </p>
      ))}
    </div>
  )
}

const Fires = ({ fires, zone }: { fires: Preview['fires']; zone: string }) => {
  const say = useWords(editorWords)
  const { language } = usePreferences()
  const here = viewerZone()
  const weekday = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    weekday: 'short',
    timeZone: 'UTC',
  })
  return (
    <table className="fires">
      <caption>{say('nextTen')}</caption>
      <thead>
        <tr>
          <th>{say('itsTime')}</th>
          {here !== zone && <th>{say('yourTime')}</th>}
          <th className="right">{say('countdown')}</th>
        </tr>
      </thead>
      <tbody className="number">
        {fires.map(({ at, local, weekday: day, mark, excludedBy }) => (
          <tr key={at}>
            <td>
              <span className={excludedBy.length > 0 ? 'struck' : ''}>
                {local.slice(0, 19).replace('T', ' ')}
              </span>{' '}
              <span className="faint">{weekday.format(Date.UTC(2023, 0, 1 + day))}</span>
              {mark !== null && <div className="mark late wrapping">{say(mark)}</div>}
              {excludedBy.length > 0 && (
                <div className="mark late wrapping">{say('excludedBy', excludedBy.join(', '))}</div>
              )}
            </td>
            {here !== zone && <td>{wallOf(at, here).replace('T', ' ')}</td>}
            <td className="faint right">
              <Countdown at={at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
