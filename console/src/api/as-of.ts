// The moment the console is looked at: now, or one in the past. It stands in the address of every
// page; questions that can be asked of the past are, lists of what happened end there.
const parameter = 'asOf'

/** The moment in an address; null: now. */
export const readMoment = (search: string): string | null => {
  const given = new URLSearchParams(search).get(parameter)
  return given === null || Number.isNaN(Date.parse(given)) ? null : new Date(given).toISOString()
}

let moment: string | null = null
const listeners = new Set<() => void>()
export const currentMoment = (): string | null => moment
export const onMoment = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const goToMoment = (next: string | null): void => {
  moment = next
  for (const listener of listeners) listener()
}

/** The address of a page with the moment in it, or without one. */
export const withMoment = (search: string): string => {
  const query = new URLSearchParams(search)
  if (moment === null) query.delete(parameter)
  else query.set(parameter, moment)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** The question as it is asked of the moment. */
export const askedThen = (path: string): string => asked(path, moment)

const ofThePast = /^\/(tasks|tasks\/[^/]+\/[^/]+|agenda|agenda\/load)$/
const upToThen = /^\/(runs|activity|ledger)$/

/** The same for a moment that is given. */
export const asked = (path: string, then: string | null): string => {
  const [place = '', search = ''] = path.split('?')
  if (then === null) return path
  const query = new URLSearchParams(search)
  const to = query.get('to')
  if (ofThePast.test(place)) {
    query.set(parameter, then)
    // Whether a task was failing is not kept, and the past has one order.
    query.delete('failing')
    query.delete('sort')
  } else if (!upToThen.test(place)) return path
  else if (to === null || Date.parse(to) > Date.parse(then)) query.set('to', then)
  return `${place}?${query}`
}
