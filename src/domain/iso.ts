// ISO-8601 instants in the one form we write ourselves, `2026-11-23T08:00:00.000Z`, read and written by
// hand: every event holds a handful of them, and what the language offers takes several times as long.

/** Two digits; NaN: not digits. */
const pair = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

const isPunctuated = (text: string): boolean =>
  text.length === 24 &&
  text[4] === '-' &&
  text[7] === '-' &&
  text[10] === 'T' &&
  text[13] === ':' &&
  text[16] === ':' &&
  text[19] === '.' &&
  text[23] === 'Z'

/** Epoch milliseconds; null: not in that form, or of a day that not every month has. */
export const epochMsOf = (text: string): number | null => {
  if (!isPunctuated(text)) return null
  const year = pair(text, 0) * 100 + pair(text, 2)
  const month = pair(text, 5)
  const day = pair(text, 8)
  if (!(year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return null
  const [hour, minute, second] = [pair(text, 11), pair(text, 14), pair(text, 17)]
  const ms = pair(text, 20) * 10 + (text.charCodeAt(22) - 48)
  const isDigit = text.charCodeAt(22) >= 48 && text.charCodeAt(22) <= 57
  if (!(hour <= 23 && minute <= 59 && second <= 59 && ms >= 0 && isDigit)) return null
  return Date.UTC(year, month - 1, day, hour, minute, second, ms)
}

/** The seconds written lately, each in the place its number falls on. */
const places = 64
const seconds = new Array<number>(places).fill(Number.NaN)
const texts = new Array<string>(places).fill('')

/** `2026-11-23T08:00:00.000Z` of a whole number of epoch milliseconds. */
export const isoTextOf = (epochMs: number): string => {
  const second = Math.floor(epochMs / 1000)
  const place = second & (places - 1)
  if (seconds[place] !== second) {
    texts[place] = new Date(second * 1000).toISOString().slice(0, -4)
    seconds[place] = second
  }
  const ms = epochMs - second * 1000
  return `${texts[place]}${ms > 99 ? '' : ms > 9 ? '0' : '00'}${ms}Z`
}
