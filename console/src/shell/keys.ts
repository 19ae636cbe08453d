// The keyboard everywhere: which key does what outside of fields. Nothing happens while a dialog is
// open, and keys with modifiers stay the browser's, but for the palette's.
import { useEffect, useRef } from 'react'
import { useNavigate } from 'react-router'
import { destinations } from './destinations.ts'

interface Doings {
  readonly palette: () => void
  readonly help: () => void
  readonly theme: () => void
  readonly language: () => void
}

const prefixMs = 1_500

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]') !== null

/** The page's own search field takes the cursor; false when the page has none. */
const focusSearch = (): boolean => {
  const field = document.querySelector<HTMLInputElement>('main [data-search] input')
  field?.focus()
  field?.select()
  return field !== null
}

/** From the page's search, Escape leads out and the arrow down into the list. */
const leavesSearch = (field: HTMLElement, key: string): boolean => {
  if (field.closest('[data-search]') === null) return false
  if (key === 'Escape') field.blur()
  else if (key === 'ArrowDown') moveRow(1)
  else return false
  return true
}

/** Moves the focus to the main link of the row below or above; to the first one from outside. */
const moveRow = (step: 1 | -1): void => {
  const links = [...document.querySelectorAll<HTMLElement>('main [data-row] [data-open]')]
  const row = document.activeElement?.closest('[data-row]') ?? null
  const at = links.findIndex((link) => row?.contains(link))
  links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))]?.focus()
}

const toggleRow = (): void => {
  const row = document.activeElement?.closest('[data-row]')
  row?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click()
}

export const useKeys = (doings: Doings): void => {
  const navigate = useNavigate()
  const goSince = useRef(0)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        return doings.palette()
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      if (event.target instanceof HTMLElement && leavesSearch(event.target, event.key))
        return event.preventDefault()
      if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
      const going = event.timeStamp - goSince.current < prefixMs
      goSince.current = event.key === 'g' ? event.timeStamp : 0
      const page = going ? destinations.find(({ letter }) => letter === event.key) : undefined
      if (page !== undefined) return void navigate(page.path)
      const does = ofKey[event.key]
      if (does === undefined) return
      event.preventDefault()
      does(doings)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [doings, navigate])
}

const ofKey: Readonly<Record<string, (doings: Doings) => void>> = {
  '/': ({ palette }) => {
    if (!focusSearch()) palette()
  },
  '?': ({ help }) => help(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: toggleRow,
  d: ({ theme }) => theme(),
  l: ({ language }) => language(),
}
