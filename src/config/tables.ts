// The settings as people read them: `--help` for a terminal and a Markdown table for the READMEs.
// Both come from the table of settings, so that neither can go out of date by itself.
import { settings } from './settings.ts'

type Language = 'en' | 'zh'

type Entry = (typeof settings)[keyof typeof settings]

const entries: readonly Entry[] = Object.values(settings)

const initialOf = (
  entry: Entry,
  language: Language,
): { readonly literal: boolean; readonly text: string } =>
  typeof entry.initial === 'string'
    ? { literal: true, text: entry.initial }
    : { literal: false, text: (language === 'en' ? entry.initialEn : entry.initialZh) ?? '' }

const texts = {
  en: {
    usage: 'Usage: npm start, with settings from the environment:',
    initial: 'default',
    columns: ['Variable', 'Default', 'Meaning'],
  },
  zh: {
    usage: '用法：npm start，设置取自环境变量：',
    initial: '默认值',
    columns: ['变量', '默认值', '含义'],
  },
} as const

export const helpText = (language: Language = 'en'): string => {
  const { usage, initial } = texts[language]
  const blocks = entries.map((entry) => {
    const value = initialOf(entry, language).text
    const expected = language === 'en' ? `\n      Expects ${entry.codec.name}.` : ''
    return `  ${entry.variable}  (${initial}: ${value})\n      ${entry[language]}${expected}`
  })
  return `${usage}\n\n${blocks.join('\n')}\n`
}

/** The markers between which a README holds the table. */
export const tableMarkers = {
  begin: '<!-- settings:begin -->',
  end: '<!-- settings:end -->',
} as const

export const settingsTable = (language: Language): string => {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const { columns } = texts[language]
  const rows = entries.map((entry) => {
    const { literal, text } = initialOf(entry, language)
    return row([`\`${entry.variable}\``, literal ? `\`${text}\`` : text, entry[language]])
  })
  return [row(columns), row(columns.map(() => '---')), ...rows].join('\n')
}
