// What the supervisor reads from and writes to the files around a server.
import { appendFileSync, closeSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fitsSocket, urlOf } from '../../../src/runtime/embedded-postgres/endpoint.ts'
import { clearStaleLocks, findServer } from '../../../src/runtime/embedded-postgres/lock-files.ts'
import { readServerRecord } from '../../../src/runtime/embedded-postgres/lock-files.ts'
import { createServerLog } from '../../../src/runtime/embedded-postgres/server-log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-files-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('postmaster.pid', () => {
  const write = (text: string): void => writeFileSync(join(folder, 'postmaster.pid'), text)
  const whole = `4711\n/data\n1795392000\n5432\n/data/socket\n\n  196623    98304\nready   \n`

  test('tells who serves where', () => {
    write(whole)
    const endpoint = { type: 'socket', folder: '/data/socket', port: 5432 }
    expect(readServerRecord(folder)).toEqual({ pid: 4711, endpoint, ready: true })
  })

  test('is not ready while it says so, or is short', () => {
    write(whole.replace('ready', 'starting'))
    expect(readServerRecord(folder)?.ready).toBe(false)
    write('4711\n/data\n')
    expect(readServerRecord(folder)).toMatchObject({ pid: 4711, ready: false })
  })

  test('absent or empty, it tells nothing', () => {
    expect(readServerRecord(folder)).toBeNull()
    write('')
    expect(readServerRecord(folder)).toBeNull()
  })

  test('a living process that is no server on the folder does not count', () => {
    write(whole.replace('4711', String(process.ppid)))
    expect(findServer(folder)).toBeNull()
  })

  test('stale, it becomes ours but keeps the shared memory by which Postgres finds survivors', () => {
    write(whole)
    clearStaleLocks(folder, { type: 'loopback', port: 5432 }, null)
    const text = readFileSync(join(folder, 'postmaster.pid'), 'utf8')
    expect(text).toBe(whole.replace('4711', String(process.pid)))
  })
})

describe('the log of the server', () => {
  test('is emptied into an older file when it has grown large, also under the hands of a writer', () => {
    const log = createServerLog(folder)
    const handle = log.open()
    writeSync(handle, 'x'.repeat(5 * 1024 * 1024))
    log.bound()
    writeSync(handle, 'after\n')
    closeSync(handle)
    expect(readFileSync(log.file, 'utf8')).toBe('after\n')
    expect(statSync(`${log.file}.1`).size).toBe(5 * 1024 * 1024)
  })

  test('says why a start failed, and repeats nothing from before', () => {
    const log = createServerLog(folder)
    appendFileSync(log.file, '2026 UTC [1] FATAL:  an old story\n')
    closeSync(log.open())
    expect(log.lastComplaint()).toBeNull()
    appendFileSync(
      log.file,
      '2026 UTC [2] LOG:  starting\n2026 UTC [2] FATAL:  no space\n2026 UTC [2] LOG:  shut down\n',
    )
    expect(log.lastComplaint()).toBe('no space')
  })
})

describe('the address of the server', () => {
  test('a socket needs a short path, counted in bytes', () => {
    expect(fitsSocket(`/${'a'.repeat(80)}`)).toBe(true)
    expect(fitsSocket(`/${'a'.repeat(90)}`)).toBe(false)
    expect(fitsSocket(`/${'数'.repeat(30)}`)).toBe(false)
  })

  test('is a URL that clients understand', () => {
    const overSocket = urlOf({ type: 'socket', folder: '/data/数 据/socket', port: 5432 }, 'secret')
    expect(new pg.Client(overSocket)).toMatchObject({
      host: '/data/数 据/socket',
      port: 5432,
      user: 'carillon',
      password: 'secret',
    })
    const overLoopback = urlOf({ type: 'loopback', port: 7777 }, 'secret')
    expect(new pg.Client(overLoopback)).toMatchObject({
      host: '127.0.0.1',
      port: 7777,
    })
  })
})
