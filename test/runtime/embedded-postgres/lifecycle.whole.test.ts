// The embedded Postgres in quiet times: it starts from nothing, keeps what it is given, stops
// cleanly, and says in one line why when it cannot start.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { identify } from '../../../src/runtime/embedded-postgres/processes.ts'
import { query, serverPid, startService, temporaryFolder, untilStarted } from './kit.ts'

describe('one data folder, from the beginning', () => {
  const dataDir = join(temporaryFolder(), 'data')

  test('a signal during the first start calls it off and leaves nothing running', async () => {
    const service = startService(dataDir)
    await service.line({ msg: 'created the database' })
    await service.signal('SIGTERM')
    expect(existsSync(join(dataDir, 'postgres/data/PG_VERSION'))).toBe(true)
    expect(existsSync(join(dataDir, 'postgres/data/postmaster.pid'))).toBe(false)
  })

  test('the server is durable, UTF-8, and reached by no network and not without the password', async () => {
    const service = startService(dataDir)
    const { url } = await untilStarted(service)
    const settings = await query(
      url,
      `SELECT name, setting FROM pg_settings WHERE name = ANY ('{fsync, synchronous_commit,
         full_page_writes, listen_addresses, unix_socket_permissions, server_encoding}') ORDER BY 1`,
    )
    expect(settings.map(({ name, setting }) => `${String(name)}=${String(setting)}`)).toEqual([
      'fsync=on',
      'full_page_writes=on',
      'listen_addresses=',
      'server_encoding=UTF8',
      'synchronous_commit=on',
      'unix_socket_permissions=0700',
    ])
    const stranger = url.replace(/:[0-9a-f]{32}@/, ':wrong@')
    await expect(query(stranger, 'SELECT 1')).rejects.toThrow('password authentication failed')
    await query(url, `CREATE TABLE note (body text)`)
    await query(url, `INSERT INTO note VALUES ('每天的中文提醒'), ('ÉTÉ'), ('other')`)
    expect(await service.signal('SIGTERM')).toBe(0)
  })

  test('its data is there at the next start, and Chinese text is found in it', async () => {
    const { url } = await untilStarted(startService(dataDir))
    const found = await query(url, `SELECT body FROM note WHERE body ILIKE '%中文%'`)
    expect(found).toEqual([{ body: '每天的中文提醒' }])
    // Letters beyond ASCII have upper and lower case.
    expect(await query(url, `SELECT FROM note WHERE body ILIKE 'été'`)).toHaveLength(1)
  })

  test('a second process is refused in one line that names the first', async () => {
    const first = startService(dataDir)
    const { url } = await untilStarted(first)
    const { value } = await startService(dataDir).line({ fact: 'refused' })
    expect(value).toBe(`the data folder ${dataDir} is in use by process ${String(first.child.pid)}`)
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('of many that start at once, at most one gets the folder', async () => {
    const crowd = Array.from({ length: 3 }, () => startService(dataDir))
    const outcomes = await Promise.all(
      crowd.map((service) =>
        Promise.any([service.line({ fact: 'started' }), service.line({ fact: 'refused' })]),
      ),
    )
    expect(outcomes.filter(({ fact }) => fact === 'started').length).toBeLessThanOrEqual(1)
  })

  test('a Ctrl-C reaches us alone, and the server is shut down in order', async () => {
    const service = startService(dataDir)
    const pid = serverPid((await untilStarted(service)).dataFolder)
    expect(await service.signal('SIGINT')).toBe(0)
    expect(identify(pid)).toBeNull()
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toMatch(/is shut down\s*$/)
  })
})

test('a folder too deep for a socket still works', async () => {
  const dataDir = join(temporaryFolder(), 'a-folder-with-a-rather-long-name/'.repeat(4))
  const service = startService(dataDir)
  const { url } = await untilStarted(service)
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  const socketFolder = new URL(url).searchParams.get('host')!
  expect(await service.signal('SIGTERM')).toBe(0)
  expect(existsSync(socketFolder)).toBe(false)
})

test('what cannot be used is refused in one line', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const old = join(folder, 'old')
  mkdirSync(join(old, 'postgres/data'), { recursive: true })
  writeFileSync(join(old, 'postgres/data/PG_VERSION'), '9\n')
  const [onFile, onOld] = await Promise.all(
    [file, old].map((dataDir) => startService(dataDir).line({ fact: 'refused' })),
  )
  expect(onFile!['value']).toMatch(
    /^the data folder .*\/file cannot be used: a file is in its place/,
  )
  expect(onOld!['value']).toMatch(/was written by PostgreSQL 9, and this is \d+: .*DATABASE_URL$/)
})
