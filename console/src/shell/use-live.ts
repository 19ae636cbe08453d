// News of the feed become questions asked again: soon after the first, not more often than the page can
// use, and once more after the last, since read models follow the log by a moment. What is costly to
// answer is asked for less often.
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { followFeed } from '../api/live.ts'

/** By the first word of a question's key: how long after news it is asked, and not again before. */
const light = { waitMs: 250, restMs: 1_500 }
const heavy = { waitMs: 1_000, restMs: 5_000 }
const paceOf: Readonly<Record<string, typeof light>> = {
  list: light,
  runs: light,
  run: light,
  task: light,
  events: light,
  'newest events': light,
  changes: light,
  groups: heavy,
  summary: heavy,
  stats: heavy,
  load: heavy,
  day: heavy,
  occurrences: heavy,
}

const paces = [light, heavy] as const

const sight = {
  isHidden: () => document.hidden,
  watch: (changed: () => void) => {
    document.addEventListener('visibilitychange', changed)
    return () => document.removeEventListener('visibilitychange', changed)
  },
}

export const useLive = (): void => {
  const client = useQueryClient()
  useEffect(() => {
    const askers = paces.map((pace) => asker(client, pace))
    const leave = followFeed(() => {
      for (const { news } of askers) news()
    }, sight)
    return () => {
      leave()
      for (const { stop } of askers) stop()
    }
  }, [client])
}

const asker = (client: QueryClient, pace: typeof light) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  let askedAt = -Infinity
  /** News since the last question, which may have been too early for some of them. */
  let isOwed = false
  const ask = (isLast: boolean) => {
    askedAt = performance.now()
    isOwed = !isLast
    timer = isLast ? undefined : setTimeout(() => ask(true), pace.restMs)
    void client.invalidateQueries(
      {
        predicate: ({ queryKey, meta }) =>
          meta?.['still'] !== true && paceOf[String(queryKey[0])] === pace,
      },
      // A question that is on its way is not asked twice.
      { cancelRefetch: false },
    )
  }
  return {
    news: () => {
      if (timer !== undefined && !isOwed) return
      clearTimeout(timer)
      isOwed = false
      const restMs = askedAt + pace.restMs - performance.now()
      timer = setTimeout(() => ask(false), Math.max(pace.waitMs, restMs))
    },
    stop: () => clearTimeout(timer),
  }
}
