// The embedded Postgres in bad times: whatever is killed, in whatever order, the next moment or the
// next start puts it right, and nothing acknowledged is lost.
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { identify } from '../../../src/runtime/embedded-postgres/processes.ts'
import { query, serverPid, startService, temporaryFolder, untilStarted } from './kit.ts'

describe('one data folder, through everything', () => {
  const dataDir = temporaryFolder()
  const isKept = async (url: string): Promise<void> => {
    expect(await query(url, 'SELECT n FROM kept')).toEqual([{ n: 1 }])
  }

  test('a first start that was killed half-way is begun anew', async () => {
    mkdirSync(join(dataDir, 'postgres/new-4711/data/base'), { recursive: true })
    const service = startService(dataDir)
    const { url } = await untilStarted(service)
    await query(url, 'CREATE TABLE kept AS SELECT 1 AS n')
    expect(await service.signal('SIGTERM')).toBe(0)
  })

  test('a server that dies alone is started again, at the same address', async () => {
    const service = startService(dataDir)
    const { url, dataFolder } = await untilStarted(service)
    const pid = serverPid(dataFolder)
    process.kill(pid, 'SIGKILL')
    await service.line({ fact: 'ready' })
    expect(service.lines.some(({ fact }) => fact === 'lost')).toBe(true)
    expect(serverPid(dataFolder)).not.toBe(pid)
    await isKept(url)
  })

  // The service of the test before was killed, with its server running.
  test('a server left behind is taken over, looked after, and stopped with its heir', async () => {
    const pid = serverPid(join(dataDir, 'postgres/data'))
    expect(identify(pid)).not.toBeNull()
    const heir = startService(dataDir)
    const { url, dataFolder } = await untilStarted(heir)
    expect(serverPid(dataFolder)).toBe(pid)
    await isKept(url)
    process.kill(pid, 'SIGKILL')
    await heir.line({ fact: 'ready' })
    await isKept(url)
    expect(await heir.signal('SIGTERM')).toBe(0)
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toMatch(/is shut down\s*$/)
  })

  test('one that was left behind and does not let us in is replaced; a lost password costs nothing', async () => {
    const killed = startService(dataDir)
    const pid = serverPid((await untilStarted(killed)).dataFolder)
    await killed.signal('SIGKILL')
    rmSync(join(dataDir, 'postgres-password'))
    const { url } = await untilStarted(startService(dataDir))
    expect(identify(pid)).toBeNull()
    await isKept(url)
  })

  test('everything is killed at once, and the process ids are given to others', async () => {
    const killed = startService(dataDir)
    const { dataFolder } = await untilStarted(killed)
    await killed.signal('SIGKILL')
    process.kill(serverPid(dataFolder), 'SIGKILL')
    // A stranger who runs as the user of the server, as after a reboot.
    const { uid, gid } = statSync(dataFolder)
    const stranger = spawn('sleep', ['300'], { uid, gid, stdio: 'ignore' })
    try {
      const pid = String(stranger.pid)
      const pidFile = join(dataFolder, 'postmaster.pid')
      const [, ...rest] = readFileSync(pidFile, 'utf8').split('\n')
      writeFileSync(pidFile, [pid, ...rest].join('\n'))
      writeFileSync(join(dataDir, 'postgres/socket/.s.PGSQL.5432.lock'), `${pid}\n`)
      writeFileSync(join(dataDir, 'lock', `${pid}-1-0a0b0c0d0e0f`), '')
      const service = startService(dataDir)
      await isKept((await untilStarted(service)).url)
      expect(await service.signal('SIGTERM')).toBe(0)
    } finally {
      stranger.kill('SIGKILL')
    }
  })

  test('postmaster.pid is empty, as a full disk or a power cut leaves it', async () => {
    writeFileSync(join(dataDir, 'postgres/data/postmaster.pid'), '')
    await isKept((await untilStarted(startService(dataDir))).url)
  })
})

test.runIf(process.getuid?.() === 0)(
  'as root, where the user of the server cannot reach: the data goes elsewhere, and we say where',
  async () => {
    const closed = temporaryFolder()
    chmodSync(closed, 0o700)
    const dataDir = join(closed, 'data')
    const first = startService(dataDir)
    const { url, dataFolder } = await untilStarted(first)
    expect(dataFolder.startsWith(closed)).toBe(false)
    const warning = first.lines.find(({ level }) => level === 'warn')
    expect(dataFolder).toBe(join(String(warning?.['folder']), 'data'))
    await query(url, 'CREATE TABLE kept ()')
    await first.signal('SIGKILL')
    const again = await untilStarted(startService(dataDir))
    expect(again.dataFolder).toBe(dataFolder)
    expect(await query(again.url, 'SELECT FROM kept')).toEqual([])
  },
)
