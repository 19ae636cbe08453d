// The rows in sight of the window as it is now, followed while it is scrolled and resized.
import { useEffect, useState, type RefObject } from 'react'
import { sightOf, type Sight } from './sight.ts'

export const useSight = (
  body: RefObject<HTMLElement | null>,
  row: number,
  count: number,
): Sight => {
  const [sight, setSight] = useState<Sight>({ from: 0, to: Math.min(count, 40) })
  useEffect(() => {
    const look = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0
      const next = sightOf(top, innerHeight, row, count)
      setSight((now) => (now.from === next.from && now.to === next.to ? now : next))
    }
    look()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    return () => {
      removeEventListener('scroll', look)
      removeEventListener('resize', look)
    }
  }, [body, row, count])
  return sight
}
