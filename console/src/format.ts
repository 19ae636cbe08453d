// Times and durations as people read them.
import type { Language } from './words.ts'

const units = [
  { ms: 86_400_000, en: 'd', zh: '天' },
  { ms: 3_600_000, en: 'h', zh: '小时' },
  { ms: 60_000, en: 'min', zh: '分' },
  { ms: 1_000, en: 's', zh: '秒' },
] as const

/** The two largest units: "2 h 5 min", whole seconds. */
export const span = (ms: number, language: Language): string => {
  let rest = Math.max(0, Math.round(ms / 1_000)) * 1_000
  const parts: string[] = []
  for (const unit of units) {
    const count = Math.floor(rest / unit.ms)
    rest -= count * unit.ms
    if (count > 0) parts.push(`${count} ${unit[language]}`)
    else if (parts.length > 0) break
  }
  return parts.slice(0, 2).join(' ') || `0 ${units[3][language]}`
}

/** "12 ms", "3.4 s", "2 min 5 s" */
export const duration = (ms: number | null, language: Language): string => {
  if (ms === null) return '–'
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} ${language === 'zh' ? '秒' : 's'}`
  return span(ms, language)
}

const two = (n: number) => String(n).padStart(2, '0')

/** In the viewer's zone, sortable and exact to the second. */
export const clockTime = (iso: string | null): string => {
  if (iso === null) return '–'
  const at = new Date(iso)
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** "1,284" */
export const counted = (count: number, language: Language): string =>
  count.toLocaleString(language === 'zh' ? 'zh-CN' : 'en')

/** "+12", "-0.3", "0.0": whole from ten on, tenths below. */
export const signed = (value: number): string => {
  const tenths = Math.abs(value) < 10
  const rounded = tenths ? Math.round(value * 10) / 10 : Math.round(value)
  return (rounded > 0 ? '+' : '') + rounded.toFixed(tenths ? 1 : 0)
}
