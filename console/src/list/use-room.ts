// Columns have widths of their own, and those without share what is left. Where more columns are shown
// than fit, nothing would be left: then the table is as wide as it has to be, and moves sideways within
// its room.
import { useEffect, type RefObject } from 'react'

/** What a column without a width of its own needs to be read. */
const leastPx = 110
/** Narrower windows hide columns instead. */
const phonePx = 600

export const useRoom = (room: RefObject<HTMLElement | null>, columns: readonly unknown[]): void => {
  useEffect(() => {
    const { current } = room
    const table = current?.querySelector('table')
    if (current == null || table == null) return
    const heads = (): readonly HTMLElement[] => [...table.querySelectorAll('th')]
    const lacking = (): number =>
      heads()
        .filter(({ className }) => !className.includes('w-'))
        .reduce((sum, { offsetWidth }) => sum + Math.max(0, leastPx - offsetWidth), 0)
    const fit = () => {
      table.style.minWidth = '0'
      const isCrowded = current.clientWidth > phonePx && lacking() > 0
      current.classList.toggle('crowded', isCrowded)
      // Some widths are shares of the whole, and take their part of what is added.
      for (let tries = 0; isCrowded && tries < 5 && lacking() > 0; tries += 1)
        table.style.minWidth = `${table.offsetWidth + Math.ceil(lacking() * 1.3)}px`
    }
    const observer = new ResizeObserver(fit)
    observer.observe(current)
    return () => observer.disconnect()
  }, [room, columns])
}
