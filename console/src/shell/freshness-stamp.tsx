// How fresh the page is, in the top bar: calm while answers come, amber when they lag, red when
// nobody answers, with a button that asks again at once.
import { ReloadOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useSyncExternalStore } from 'react'
import { currentFreshness, onFreshness, type Freshness } from '../api/freshness.ts'
import { span } from '../format.ts'
import { useNow } from '../parts/moment.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { shellWords } from './words.ts'

const behindFromMs = 15_000

const stateOf = ({ heard, lostAt }: Freshness, now: number) => {
  if (lostAt !== null) return { tone: 'bad', word: 'lost', ms: now - lostAt } as const
  if (heard === null) return { tone: 'still', word: 'waiting', ms: 0 } as const
  // A page that asks nothing for a while is not behind: only the lag of the answer itself counts.
  const ms = heard.ageMs + Math.max(0, now - heard.at)
  return heard.ageMs > behindFromMs
    ? ({ tone: 'late', word: 'behind', ms } as const)
    : ({ tone: 'good', word: 'fresh', ms } as const)
}

export const FreshnessStamp = () => {
  const { language } = usePreferences()
  const say = useWords(shellWords)
  const client = useQueryClient()
  const now = useNow()
  const { tone, word, ms } = stateOf(useSyncExternalStore(onFreshness, currentFreshness), now)
  const explained = word === 'lost' ? say('lostSays') : word === 'behind' ? say('behindSays') : ''
  return (
    <div className={`stamp ${tone}`} title={explained}>
      <span className="dot" aria-hidden />
      <span className="number" role={explained === '' ? undefined : 'status'}>
        {say(word, span(ms, language))}
      </span>
      {explained !== '' && (
        <Button
          type="text"
          size="small"
          icon={<ReloadOutlined aria-hidden />}
          aria-label={say('refresh')}
          title={say('refresh')}
          onClick={() => void client.invalidateQueries()}
        />
      )}
    </div>
  )
}
