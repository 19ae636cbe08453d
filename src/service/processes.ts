// Whether the process behind a name still lives, where that can be told from here.
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Member } from '../scheduler/ownership/ownership-store.ts'

/** Process ids mean the same wherever this is the same. */
export const processPlace = (): string => `${hostname()} ${processNamespace()}`

// Two containers can share a host name without sharing process ids.
const processNamespace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return process.platform
  }
}

/** True only where it is certain. Another life with our own process id is an ended one. */
export const hasEnded = ({ place, pid }: Pick<Member, 'place' | 'pid'>): boolean =>
  place === processPlace() && (pid === process.pid || !isAlive(pid))

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
