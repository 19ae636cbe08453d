// Which of the five calls (and the report of an asynchronous run) a path means. Callers join base
// URLs and paths carelessly, so doubled slashes, a slash at the end and the stray blank of the
// original document's ` trigger.do` are forgiven; context paths in front come from the settings.

export const callsByName = {
  'add.do': 'add',
  'pause.do': 'pause',
  'resumetask.do': 'resume',
  'resume.do': 'resume',
  'delete.do': 'delete',
  'trigger.do': 'trigger',
  'taskcallback/updatetasklog': 'report',
} as const

export type Call = (typeof callsByName)[keyof typeof callsByName]

const callNames: ReadonlyMap<string, Call> = new Map(Object.entries(callsByName))
const serviceNames = ['/dispatchserver/', '/dispatchservice/']
const reportPath = 'taskcallback/'

/** `elsewhere`: not a path of this protocol. `unknown`: within it, but no call of that name. */
export const callAt = (
  path: string,
  contextPaths: readonly string[],
): Call | 'unknown' | 'elsewhere' => {
  const tidy = tidied(path)
  for (const context of ['', ...contextPaths]) {
    if (!tidy.startsWith(`${context}/`.toLowerCase())) continue
    const rest = tidy.slice(context.length)
    const service = serviceNames.find((name) => rest.startsWith(name))
    if (service !== undefined) return callNames.get(rest.slice(service.length)) ?? 'unknown'
    if (rest.startsWith(`/${reportPath}`)) return callNames.get(rest.slice(1)) ?? 'unknown'
  }
  return 'elsewhere'
}

const tidied = (path: string): string =>
  `/${percentDecoded(path)
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('/')
    .toLowerCase()}`

const percentDecoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
