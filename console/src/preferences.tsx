// Language and theme: the browser's at first, then whatever was chosen last.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { filled, wordsIn, type Say } from './say.ts'
import { texts, type Language, type Texts, type Word } from './words.ts'

export interface Preferences {
  readonly language: Language
  readonly dark: boolean
  readonly say: Say
  readonly switchLanguage: () => void
  readonly switchTheme: () => void
}

const firstLanguage = (): Language => {
  const kept = localStorage.getItem('carillon.language')
  if (kept === 'en' || kept === 'zh') return kept
  return navigator.language.startsWith('zh') ? 'zh' : 'en'
}
const firstDark = (): boolean => {
  const kept = localStorage.getItem('carillon.theme')
  return kept === null ? matchMedia('(prefers-color-scheme: dark)').matches : kept === 'dark'
}

const Context = createContext<Preferences | null>(null)

export const usePreferences = (): Preferences => {
  const preferences = useContext(Context)
  if (preferences === null) throw new Error('PreferencesProvider is missing')
  return preferences
}

/** Says the page's own words besides the shared ones. */
export const useWords = <W extends string>(own: Texts<W>): Say<W | Word> => {
  const { language } = usePreferences()
  return useMemo(() => wordsIn(own, language), [own, language])
}

export const PreferencesProvider = ({ children }: { readonly children: ReactNode }) => {
  const [language, setLanguage] = useState(firstLanguage)
  const [dark, setDark] = useState(firstDark)
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  }, [language, dark])
  const value = useMemo(
    (): Preferences => ({
      language,
      dark,
      say: (word, ...values) => filled(texts[language][word], values),
      switchLanguage: () => {
        const next = language === 'en' ? 'zh' : 'en'
        localStorage.setItem('carillon.language', next)
        setLanguage(next)
      },
      switchTheme: () => {
        localStorage.setItem('carillon.theme', dark ? 'light' : 'dark')
        setDark(!dark)
      },
    }),
    [language, dark],
  )
  return <Context.Provider value={value}>{children}</Context.Provider>
}
