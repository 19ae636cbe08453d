// Which stream has which number. A stream keeps its number for ever, so both directions can be
// remembered.
import { createCache } from './cache.ts'

export interface StreamNumbers {
  readonly numberOf: (name: string) => number | undefined
  readonly nameOf: (number: number) => string | undefined
  readonly learn: (name: string, number: number) => void
  /** After a lost connection: the server that comes back may hold an older copy of the log. */
  readonly forget: () => void
}

export const createStreamNumbers = (most = 100_000): StreamNumbers => {
  const numbers = createCache<string, number>(most)
  const names = createCache<number, string>(most)
  return {
    numberOf: numbers.get,
    nameOf: names.get,
    learn: (name, number) => {
      numbers.set(name, number)
      names.set(number, name)
    },
    forget: () => {
      numbers.clear()
      names.clear()
    },
  }
}
