// Times of day and days, in the viewer's zone, as short as a chart needs them.
const two = (n: number) => String(n).padStart(2, '0')

export const timeOfDay = (iso: string): string => {
  const at = new Date(iso)
  return `${two(at.getHours())}:${two(at.getMinutes())}`
}

/** 2026-11-23, in the viewer's zone. */
export const dayOf = (at: Date): string =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`

/** Midnight of a day so written, in the viewer's zone; null: no day. */
export const midnightOf = (day: string): Date | null => {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)
  if (found === null) return null
  const at = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]))
  return dayOf(at) === day ? at : null
}

/** The same time of day so many days later, through changes of daylight saving. */
export const daysLater = (at: Date, days: number): Date =>
  new Date(at.getFullYear(), at.getMonth(), at.getDate() + days)
