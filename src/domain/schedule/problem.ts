// What is wrong with a schedule, said so that a form can point at it and a person can mend it, in
// both languages of the product. Knows nothing of who shows it.

export interface ScheduleProblem {
  /**
   * 'expression', 'seconds', 'minutes', 'hours', 'dayOfMonth', 'month', 'dayOfWeek', 'year', 'zone',
   * 'interval', 'repeatCount' or 'endAt'.
   */
  readonly field: string
  /** Index of the offending character in the expression, where one can be named. */
  readonly position: number | null
  readonly message: { readonly en: string; readonly zh: string }
}

export const problem = (
  field: string,
  position: number | null,
  en: string,
  zh: string,
): ScheduleProblem => ({ field, position, message: { en, zh } })
