// How fresh the page is, in the top bar: calm while answers come, amber when they lag, red when
// nobody answers, with a button that asks again at once.
import { CaretRightOutlined, PauseOutlined, ReloadOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useSyncExternalStore } from 'react'
import { get } from '../api/client.ts'
import { currentFreshness, onFreshness, type Freshness } from '../api/freshness.ts'
import { currentLive, onLive, pauseLive, resumeLive } from '../api/live.ts'
import { AsOf } from '../api/types.ts'
import { span } from '../format.ts'
import { useNow } from '../parts/moment.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { shellWords } from './words.ts'

const behindFromMs = 15_000

const quietMs = 5_000

/** Where a page asks nothing, somebody must, or nobody would notice a silence. */
const useHeartbeat = () =>
  useQuery({
    queryKey: ['heartbeat'],
    refetchInterval: () => (currentLive() === 'paused' ? false : quietMs),
    queryFn: async ({ signal }) => {
      const { heard, lostAt } = currentFreshness()
      const isQuiet = lostAt !== null || heard === null || Date.now() - heard.at > quietMs
      if (isQuiet) await get('/tasks?limit=1', AsOf, signal)
      return null
    },
  })

const stateOf = ({ heard, lostAt }: Freshness, now: number) => {
  if (lostAt !== null) return { tone: 'bad', word: 'lost', ms: now - lostAt } as const
  if (heard === null) return { tone: 'still', word: 'waiting', ms: 0 } as const
  // A page that asks nothing for a while is not behind: only the lag of the answer itself counts.
  const ms = heard.ageMs + Math.max(0, now - heard.at)
  if (heard.ageMs > behindFromMs) return { tone: 'late', word: 'behind', ms } as const
  return { tone: 'good', word: 'fresh', ms } as const
}

export const FreshnessStamp = () => {
  const { language } = usePreferences()
  const say = useWords(shellWords)
  const client = useQueryClient()
  const now = useNow()
  useHeartbeat()
  const freshness = useSyncExternalStore(onFreshness, currentFreshness)
  const { tone, word, ms } = stateOf(freshness, now)
  const explained = word === 'lost' ? say('lostSays') : word === 'behind' ? say('behindSays') : ''
  return (
    <div className={`stamp ${tone}`} title={explained}>
      <LiveSwitch />
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

/** Whether what is shown moves by itself; a click stops it, to be read in peace, and starts it again. */
const LiveSwitch = () => {
  const say = useWords(shellWords)
  const live = useSyncExternalStore(onLive, currentLive)
  const isPaused = live === 'paused'
  return (
    <Button
      type="text"
      size="small"
      className={`live ${live}`}
      aria-pressed={!isPaused}
      title={say(isPaused ? 'pausedSays' : live === 'live' ? 'liveSays' : 'askingSays')}
      icon={isPaused ? <CaretRightOutlined aria-hidden /> : <PauseOutlined aria-hidden />}
      onClick={isPaused ? resumeLive : pauseLive}
    >
      {say(isPaused ? 'livePaused' : 'live')}
    </Button>
  )
}
