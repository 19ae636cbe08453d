// Timestamps as Postgres prints them, `2026-11-28 12:05:01.887+00`, read by hand: a page of a list holds
// hundreds, and what the driver brings takes several times as long.

/** Digits from a place on; NaN: not all are. */
const digits = (text: string, from: number, to: number): number => {
  let value = 0
  for (let n = from; n < to; n += 1) {
    const digit = text.charCodeAt(n) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const secondsLength = '2026-11-28 12:05:01'.length
const zone = '+00'

/** Epoch milliseconds; null: in another form, of another zone, or finer than milliseconds. */
export const epochMsOfTimestamp = (text: string): number | null => {
  const end = text.length - zone.length
  const places = end - secondsLength - 1
  const isPlain =
    (places === -1 || (places >= 1 && places <= 3 && text[secondsLength] === '.')) &&
    text[4] === '-' &&
    text[10] === ' ' &&
    text.endsWith(zone)
  if (!isPlain) return null
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)]
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)]
  const fraction = places < 1 ? 0 : digits(text, secondsLength + 1, end) * 10 ** (3 - places)
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, fraction)
  return year >= 100 && !Number.isNaN(ms) ? ms : null
}
