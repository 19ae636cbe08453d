// Instants: relative where that says more, absolute one hover away, counting by the second.
import { useSyncExternalStore } from 'react'
import { clockTime, span } from '../format.ts'
import { usePreferences } from '../preferences.tsx'

const listeners = new Set<() => void>()
let now = Date.now()
setInterval(() => {
  if (document.hidden) return
  now = Date.now()
  for (const listener of listeners) listener()
}, 1_000)
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
/** The time by the second, standing still while nobody looks. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

interface Shown {
  readonly at: string | null
}

export const Countdown = ({ at }: Shown) => {
  const { say, language } = usePreferences()
  const current = useNow()
  if (at === null) return <span className="faint">{say('never')}</span>
  const left = Date.parse(at) - current
  return (
    <time dateTime={at} title={clockTime(at)}>
      {left > 0 ? say('in', span(left, language)) : say('due')}
    </time>
  )
}

export const Ago = ({ at }: { readonly at: string }) => {
  const { say, language } = usePreferences()
  const current = useNow()
  return (
    <time dateTime={at} title={clockTime(at)}>
      {say('ago', span(current - Date.parse(at), language))}
    </time>
  )
}

export const At = ({ at }: Shown) =>
  at === null ? <>–</> : <Stamp at={at} text={clockTime(at)} title={clockTime(at)} />

interface Stamped {
  readonly at: string
  /** The instant as some zone's clocks show it: year, month, day, time. */
  readonly text: string
  readonly title: string
}

/** Where there is little room, the year gives way first. */
export const Stamp = ({ at, text, title }: Stamped) => (
  <time dateTime={at} title={title}>
    <span className="year-part">{text.slice(0, 5)}</span>
    {text.slice(5)}
  </time>
)
