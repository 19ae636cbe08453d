// Which event is open, as one word of the address: the task and the revision in its stream.
import type { Entry } from '../api/activity.ts'

export interface OpenEvent {
  readonly group: string
  readonly job: string
  readonly revision: number
}

/** What belongs to no task has a word as well, that opens nothing. */
export const openWord = ({
  group,
  job,
  revision,
}: Pick<Entry, 'group' | 'job' | 'revision'>): string =>
  [group ?? '', job ?? '', revision].map(encodeURIComponent).join('/')

export const readOpenWord = (word: string): OpenEvent | null => {
  const [group, job, revision, ...rest] = word.split('/')
  if (group === undefined || job === undefined || rest.length > 0) return null
  if (group === '' || job === '') return null
  if (revision === undefined || !/^\d{1,15}$/.test(revision)) return null
  try {
    return {
      group: decodeURIComponent(group),
      job: decodeURIComponent(job),
      revision: Number(revision),
    }
  } catch {
    return null
  }
}
