// Instants and durations as people read them. Instants are shown in the machine's time zone (TZ);
// programs get ISO 8601 from --json.

/** `2026-11-23 08:00:02` */
export const localTime = (iso: string | null | undefined): string | null => {
  if (iso === null || iso === undefined) return null
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  const two = (n: number): string => String(n).padStart(2, '0')
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(two).join('-')
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** `12 ms`, `3.2 s`, `2 min 3 s`, `5 h 10 min`, `3 d 4 h` */
export const durationText = (ms: number | null | undefined): string | null => {
  if (ms === null || ms === undefined) return null
  if (ms < 0) return `-${durationText(-ms) ?? ''}`
  if (ms < second) return `${Math.round(ms)} ms`
  if (ms < minute) return `${(ms / second).toFixed(1)} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min ${Math.floor((ms % minute) / second)} s`
  if (ms < day) return `${Math.floor(ms / hour)} h ${Math.floor((ms % hour) / minute)} min`
  return `${Math.floor(ms / day)} d ${Math.floor((ms % day) / hour)} h`
}
