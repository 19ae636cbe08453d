// What is wrong with a request: which part, in the caller's own spelling of the path, and what was
// expected there, one sentence in each language. Decoders collect problems; they never throw.

export interface Problem {
  /** `taskConfig.cronExpress`; `body` for the request as a whole. */
  readonly field: string
  readonly message: { readonly en: string; readonly zh: string }
}

export const problem = (field: string, en: string, zh: string): Problem => ({
  field,
  message: { en, zh },
})

/** What a caller sent, short and on one line, to be shown in a message. */
export const shown = (text: string): string => {
  const line = text.slice(0, 200).replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
  return line.length > 80 ? `${line.slice(0, 80)}…` : line
}
