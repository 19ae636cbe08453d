// Live: the service tells what happens by server-sent events, and what a page shows is asked for again
// when something did, instead of every other second. One connection for each window that can be seen;
// a hidden one has none. Where the feed cannot be had, pages ask by the clock, as without it.
type Live =
  /** Told what happens. */
  | 'live'
  /** Not told (yet): asks by the clock. */
  | 'asking'
  /** Stands still, because somebody wants it so. */
  | 'paused'

let live: Live = 'asking'
const listeners = new Set<() => void>()
export const currentLive = (): Live => live
export const onLive = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
const become = (next: Live): void => {
  if (next === live) return
  live = next
  for (const listener of listeners) listener()
}

/** With news from the feed a page asks by the clock only to be safe. */
const safetyMs = 20_000

/** How often a question is asked again; looked at anew each time. */
export const every = (ms: number) => (): number | false => {
  switch (live) {
    case 'live':
      return Math.max(ms, safetyMs)
    case 'asking':
      return ms
    case 'paused':
      return false
  }
}

const kinds = ['task', 'run', 'occurrence'] as const
const againMs = 10_000

let source: EventSource | null = null
let retry: ReturnType<typeof setTimeout> | undefined
let tell: () => void = () => undefined
/** Whether somebody can see the page. */
export interface Sight {
  readonly isHidden: () => boolean
  /** Calls back whenever that changes, until what it answers is called. */
  readonly watch: (changed: () => void) => () => void
}
let isHidden: Sight['isHidden'] = () => false

const close = (): void => {
  clearTimeout(retry)
  source?.close()
  source = null
}

const open = (): void => {
  close()
  if (live === 'paused' || isHidden()) return
  // Who fell behind needs no history: pages load again anyway.
  const opened = new EventSource('/api/v1/feed?lag=skip&kind=task,run,occurrence')
  source = opened
  for (const kind of [...kinds, 'skipped']) opened.addEventListener(kind, () => tell())
  opened.addEventListener('ready', () => {
    become('live')
    tell()
  })
  opened.addEventListener('error', () => {
    if (live === 'live') become('asking')
    if (opened.readyState === EventSource.CLOSED) retry = setTimeout(open, againMs)
  })
}

/** Follows the feed from now on; `news` is called for every frame, and whenever it may have missed one. */
export const followFeed = (news: () => void, sight: Sight): (() => void) => {
  tell = news
  isHidden = sight.isHidden
  const unwatch = sight.watch(() => {
    if (!isHidden()) return open()
    close()
    if (live === 'live') become('asking')
  })
  open()
  return () => {
    unwatch()
    close()
  }
}

export const pauseLive = (): void => {
  close()
  become('paused')
}
export const resumeLive = (): void => {
  become('asking')
  tell()
  open()
}
