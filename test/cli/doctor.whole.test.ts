// The doctor on what it is called for: settings that are wrong, a folder it may not use, a port that is
// taken, databases that are there and that are not, a service that is well and one that is not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockFolder } from '../../src/runtime/embedded-postgres/folder-lock.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { usePostgres } from '../projections/kit.ts'
import { startApi } from '../support/api.ts'
import { checkNode } from '../../src/cli/doctor/machine.ts'
import { carillon } from './kit.ts'

const postgres = usePostgres()
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-doctor-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Nobody listens on port 9, and nobody may. */
const nobody = { PORT: '0', CARILLON_URL: 'http://127.0.0.1:9' }

const examine = async (env: Readonly<Record<string, string>>) => {
  const around = { env: { DATA_DIR: folder, ...nobody, ...env } }
  const { code, out } = await carillon(['doctor'], around)
  const { out: json } = await carillon(['doctor', '--json'], around)
  const { findings } = JSON.parse(json) as {
    findings: readonly { check: string; level: string; found: string; advice: string | null }[]
  }
  const find = (check: string) => findings.find((finding) => finding.check === check)
  return { code, out, find }
}

test('a machine that is ready for a first start', async () => {
  const { code, out, find } = await examine({ DATA_DIR: join(folder, 'not', 'yet') })
  expect(code).toBe(0)
  expect(find('data folder')).toMatchObject({ level: 'ok', found: expect.stringContaining('made') })
  expect(find('service')).toMatchObject({ level: 'warn', advice: expect.stringContaining('start') })
  expect(out).toMatch(/^ok {4}node +v\d/)
  expect(out).toMatch(/\n +→ Start it with/)
})

test('settings that are wrong, all of them, without their secrets', async () => {
  const { code, out } = await examine({ PORT: 'many', DATABASE_URL: 'mysql://u:secret@h/d' })
  expect(code).toBe(1)
  expect(out).toContain('PORT: expected an integer')
  expect(out).toContain('DATABASE_URL: expected a URL')
  expect(out).not.toContain('secret')
})

test('who works in the data folder, and a folder that is none', async () => {
  const lock = await lockFolder(folder, systemClock)
  expect((await examine({})).find('data folder')?.found).toContain(`process ${process.pid}`)
  lock.release()
  expect((await examine({})).find('data folder')?.found).toContain('free')
  const file = join(folder, 'file')
  writeFileSync(file, '', { mode: 0o600 })
  expect((await examine({ DATA_DIR: file })).find('data folder')?.level).toBe('fail')
})

test('a port that another program has', async () => {
  const other = createServer((socket) => socket.end('HELLO\r\n'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const { code, find } = await examine({ PORT: String(port) })
  expect([code, find('port')?.level]).toEqual([1, 'fail'])
  await new Promise((resolve) => other.close(resolve))
  expect((await examine({ PORT: String(port) })).find('port')?.level).toBe('ok')
})

test('databases that are there, and that are not', async () => {
  const there = await examine({ DATABASE_URL: await postgres.freshUrl() })
  expect(there.find('database')).toMatchObject({ level: 'ok', found: expect.stringMatching(/^Po/) })
  expect(there.find('clock of database')?.level).toBe('ok')
  const away = 'postgres://u:secret@127.0.0.1:9/d'
  const gone = await examine({ DATABASE_URL: away, EVENT_STORE_URL: 'esdb://127.0.0.1:9' })
  expect([gone.code, gone.find('database')?.level]).toEqual([1, 'fail'])
  expect(gone.find('event store')).toMatchObject({ level: 'fail' })
  expect(gone.out).not.toContain('secret')
})

test('a service that is well, one that is not, and something else', async () => {
  const problem = (text: string | null) => () => Promise.resolve(text)
  const well = await startApi({ deps: { readiness: [{ name: 'log', problem: problem(null) }] } })
  const asked = await examine({ CARILLON_URL: well.url })
  expect([asked.code, asked.find('service')?.level]).toEqual([0, 'ok'])
  expect(asked.find('clock of service')?.level).toBe('warn') // the test's clock stands still
  await well.close()
  const ill = await startApi({ deps: { readiness: [{ name: 'log', problem: problem('gone') }] } })
  const found = await examine({ CARILLON_URL: ill.url })
  expect(found.code).toBe(1)
  expect(found.find('log')).toMatchObject({ level: 'fail', found: 'gone' })
  const elsewhere = await examine({ CARILLON_URL: `${ill.url}/api/v1/nothing/here` })
  expect(elsewhere.find('service')?.found).toContain('is not Carillon')
  await ill.close()
})

test('a Node that is too old', () => {
  expect(checkNode('v18.20.1').level).toBe('fail')
  expect(checkNode('v20.18.3').level).toBe('fail')
  expect(checkNode('v22.0.0').level).toBe('ok')
})
