// At most one process of ours works in a folder. Everyone who wants it puts down a claim: an empty
// file that nobody else can put down, because its name is the identity of the process. Then it looks
// round: if a living process has a claim too, it takes its own back and is refused.
//
// Of two that come at once, the later one to put down its claim sees the earlier one's, so both can
// be refused but never both be let in; the refused try again shortly. Claims of the dead are removed
// by whoever finds them, which is safe, because their names never come back.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, sleep } from '../clock.ts'
import { EmbeddedPostgresError } from './faults.ts'
import { identify, isRunning, pidOf } from './processes.ts'

export interface FolderLock {
  release(): void
}

const tries = 4
const longestPauseMs = 120

/** Throws FolderInUse when another living process, or this one already, holds the folder. */
export const lockFolder = async (folder: string, clock: Clock): Promise<FolderLock> => {
  const claims = join(folder, 'lock')
  mkdirSync(claims, { recursive: true })
  const mine = identify(process.pid) ?? `${process.pid}-unknown-unknown`
  const claim = join(claims, mine)
  for (let attempt = 1; ; attempt++) {
    writeClaim(claim, folder)
    const rival = livingRival(claims, mine)
    if (rival === null) return { release: () => rmSync(claim, { force: true }) }
    rmSync(claim, { force: true })
    if (attempt === tries) {
      throw new EmbeddedPostgresError({ type: 'FolderInUse', folder, pid: rival })
    }
    await sleep(clock, Math.random() * longestPauseMs)
  }
}

const writeClaim = (claim: string, folder: string): void => {
  try {
    writeFileSync(claim, '', { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    throw new EmbeddedPostgresError({ type: 'FolderInUse', folder, pid: process.pid })
  }
}

const livingRival = (claims: string, mine: string): number | null => {
  let rival: number | null = null
  for (const other of readdirSync(claims)) {
    if (other === mine) continue
    if (isRunning(other)) rival = pidOf(other)
    else rmSync(join(claims, other), { force: true, recursive: true })
  }
  return rival
}
