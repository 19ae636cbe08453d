// The drawn day, its element kept apart from React: made once, drawn anew when the data, the language
// or the theme changes.
import { useEffect, useRef } from 'react'
import { useNavigate } from 'react-router'
import { taskPath } from '../api/client.ts'
import { usePreferences, useWords } from '../preferences.tsx'
import { heightOf, startChart } from './chart.ts'
import type { Lane } from './lanes.ts'
import type { DayLoad } from './load.ts'
import { timelineWords } from './words.ts'

interface Props {
  readonly from: Date
  readonly to: Date
  readonly lanes: readonly Lane[]
  readonly load: DayLoad
  readonly label: string
}

export const DayChart = ({ from, to, lanes, load, label }: Props) => {
  const { dark } = usePreferences()
  const say = useWords(timelineWords)
  const navigate = useNavigate()
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<ReturnType<typeof startChart>>(null)
  useEffect(() => {
    if (element.current === null) return
    const started = startChart(element.current, (lane, { runId }) => {
      void navigate(runId === null ? taskPath(lane) : `/runs/${runId}`)
    })
    chart.current = started
    return () => started.stop()
  }, [navigate])
  useEffect(() => {
    const toneWords = {
      succeeded: say('succeeded'),
      failed: say('failed'),
      open: say('running'),
      skipped: say('skipped'),
      planned: say('planned'),
    }
    const span = { from: from.getTime(), to: to.getTime() }
    chart.current?.draw({ ...span, lanes, load, toneWords, nowWord: say('now') })
  }, [from, to, lanes, load, say, dark])
  const height = heightOf(lanes.length)
  return <div ref={element} role="img" aria-label={label} style={{ height, width: '100%' }} />
}
