// The lock on a data folder belongs to one living process, and the dead hold nothing.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../src/runtime/clock.ts'
import { lockFolder } from '../../../src/runtime/embedded-postgres/folder-lock.ts'
import { identify, isRunning } from '../../../src/runtime/embedded-postgres/processes.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-lock-'))
  mkdirSync(join(folder, 'lock'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const claim = (name: string): void => writeFileSync(join(folder, 'lock', name), '')
const claims = (): string[] => readdirSync(join(folder, 'lock'))

test('whoever has it keeps others out, this very process included, until it is released', async () => {
  const lock = await lockFolder(folder, systemClock)
  const refusal = { fault: { type: 'FolderInUse', folder, pid: process.pid } }
  await expect(lockFolder(folder, systemClock)).rejects.toMatchObject(refusal)
  expect(claims()).toEqual([identify(process.pid)])
  lock.release()
  expect(claims()).toEqual([])
  ;(await lockFolder(folder, systemClock)).release()
})

test('a living process keeps us out, and our claim is taken back', async () => {
  claim(identify(process.ppid)!)
  const refusal = { fault: { type: 'FolderInUse', pid: process.ppid } }
  await expect(lockFolder(folder, systemClock)).rejects.toMatchObject(refusal)
  expect(claims()).toEqual([identify(process.ppid)])
})

test('claims of the dead are cleared away', async () => {
  const [pid, started, boot] = identify(process.ppid)!.split('-')
  claim(`4194305-${started}-${boot}`) // no such process
  claim(`${pid}-1-${boot}`) // the id now belongs to a younger process
  claim(`${pid}-${started}-0a0b0c0d0e0f`) // before a reboot
  claim('not a claim')
  const lock = await lockFolder(folder, systemClock)
  expect(claims()).toEqual([identify(process.pid)])
  lock.release()
})

test('an identity is that of one process', () => {
  const mine = identify(process.pid)!
  expect(isRunning(mine)).toBe(true)
  expect(isRunning(mine.replace(/-\w+-/, '-7-'))).toBe(false)
  expect(isRunning('')).toBe(false)
})
