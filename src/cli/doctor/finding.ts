// What one check found, and what to do about it.

export interface Finding {
  readonly check: string
  readonly level: 'ok' | 'warn' | 'fail'
  readonly found: string
  /** Null: nothing. */
  readonly advice: string | null
}

export const ok = (check: string, found: string): Finding => ({
  check,
  level: 'ok',
  found,
  advice: null,
})

export const warn = (check: string, found: string, advice: string): Finding => ({
  check,
  level: 'warn',
  found,
  advice,
})

export const fail = (check: string, found: string, advice: string): Finding => ({
  check,
  level: 'fail',
  found,
  advice,
})

export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error)
