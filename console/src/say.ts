// Texts with their gaps filled, in a language that is given. Components ask `useWords`; what is made
// once for a whole list asks `wordsIn`.
import { texts, type Language, type Texts, type Word } from './words.ts'

export type Say<W extends string = Word> = (
  word: W,
  ...values: readonly (string | number)[]
) => string

/** Says a page's own words besides the shared ones. */
export const wordsIn = <W extends string>(own: Texts<W>, language: Language): Say<W | Word> => {
  const isOwn = (word: W | Word): word is W => word in own[language]
  return (word, ...values) =>
    filled(isOwn(word) ? own[language][word] : texts[language][word], values)
}

/** `{0}` is the first value, `{0:task|tasks}` what is said of one and of any other number of it. */
export const filled = (text: string, values: readonly (string | number)[]): string =>
  text.replace(/\{(\d)(?::([^|}]*)\|([^}]*))?\}/g, (_, n, one?: string, other?: string) => {
    const value = String(values[Number(n)] ?? '')
    if (one === undefined || other === undefined) return value
    return value === '1' ? one : other
  })
