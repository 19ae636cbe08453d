// Which process is which. A process id alone says little: ids are used again, after a reboot almost
// surely. Together with the moment the process started and the boot it belongs to, it names one
// process for ever.
import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'

/** `<pid>-<started>-<boot>`: letters, digits and hyphens only. */
export type ProcessIdentity = string

/** The identity of a running process; null when there is none with this id (or only its corpse). */
export const identify = (pid: number): ProcessIdentity | null => {
  const started = startOf(pid)
  return started === null ? null : `${pid}-${started}-${boot()}`
}

export const isRunning = (identity: ProcessIdentity): boolean => {
  const pid = pidOf(identity)
  return pid !== null && identify(pid) === identity
}

export const pidOf = (identity: ProcessIdentity): number | null => {
  const pid = /^(\d{1,10})-[0-9A-Za-z]+-[0-9A-Za-z]+$/.exec(identity)?.[1]
  return pid === undefined ? null : Number(pid)
}

const startOf = (pid: number): string | null => {
  if (!isSignallable(pid)) return null
  if (process.platform === 'linux') return linuxStartOf(pid)
  if (process.platform === 'win32') return 'unknown'
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.replaceAll(/[^0-9A-Za-z]/g, '') || null
}

const isSignallable = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process is a process too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const linuxStartOf = (pid: number): string | null => {
  const stat = textOf(`/proc/${pid}/stat`)
  // The second field is the program's name and may itself hold blanks and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields?.[0], fields?.[19]]
  const isCorpse = state === undefined || state === 'Z' || state === 'X'
  return isCorpse || started === undefined ? null : started
}

let bootId: string | undefined
const boot = (): string => {
  bootId ??= textOf('/proc/sys/kernel/random/boot_id')?.replaceAll('-', '').trim().slice(0, 12)
  return (bootId ??= 'unknown')
}

/**
 * Whether a process is a server on this data folder. A Postgres server works inside its data folder;
 * where that cannot be seen, its command line names the folder.
 */
export const isServerOn = (pid: number, dataFolder: string): boolean => {
  if (process.platform === 'win32') return isSignallable(pid)
  if (process.platform !== 'linux') {
    const ps = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    return ps.stdout.includes('postgres') && ps.stdout.includes(dataFolder)
  }
  if (linuxStartOf(pid) === null) return false
  const words = textOf(`/proc/${pid}/cmdline`)?.split('\0') ?? []
  if (!(words[0] ?? '').includes('postgres')) return false
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dataFolder
  } catch {
    return words.includes(dataFolder)
  }
}

const textOf = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
