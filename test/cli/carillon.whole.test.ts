// The command line against a service over real HTTP: what people read, what programs read, and the
// exit codes scripts rely on.
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usePostgres } from '../projections/kit.ts'
import { startApiWithReadModels, type ApiWithReadModels } from '../support/api-with-read-models.ts'
import { carillon, type Ran } from './kit.ts'

const postgres = usePostgres()
let api: ApiWithReadModels

/** As a person types it; what is answered reflects everything done before. */
const run = async (...args: readonly string[]): Promise<Ran> => {
  await api.settled()
  return carillon(args, { env: { CARILLON_URL: api.url } })
}
// Looked into as programs do, without a type.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Answer = Record<string, any>
const json = async (...args: readonly string[]): Promise<Answer> => {
  const { code, out, error } = await run(...args, '--json')
  expect([code, error]).toEqual([0, ''])
  return JSON.parse(out) as Answer
}

beforeAll(async () => {
  api = await startApiWithReadModels(await postgres.freshUrl())
})
afterAll(() => api.close())

const nightly = [
  '--cron',
  '0 0 2 * * ?',
  '--zone',
  'Asia/Shanghai',
  '--call',
  'http://127.0.0.1:9/x',
]

const call = ['--call', 'http://127.0.0.1:9/x']
const never = ['--cron', '0 0 0 1 1 ? 2001', '--call', 'http://127.0.0.1:9/x']

describe('tasks', () => {
  test('are added once, and overwritten only when that is said', async () => {
    const added = await run('tasks', 'add', 'billing/nightly', ...nightly, '--timeout', '5s')
    expect(added).toEqual({ code: 0, out: 'billing/nightly added, revision 0\n', error: '' })
    const again = await run('tasks', 'add', 'billing/nightly', ...nightly)
    expect([again.code, again.out]).toEqual([1, ''])
    expect(again.error).toContain('already exists')
    const replaced = await run('tasks', 'add', 'billing/nightly', ...nightly, '--replace')
    expect(replaced.out).toBe('billing/nightly replaced, revision 1\n')
  })

  test('are shown whole, for people and for programs', async () => {
    const data = '{"id":12345678901234567890}'
    const named = ['--data', data, '--name', '夜间结算', '--reason', 'go live']
    await run('tasks', 'add', '结算/夜间%2F主', ...nightly, ...named)
    const shown = await run('tasks', 'show', '结算/夜间%2F主')
    expect(shown.out).toMatch(/^结算\/夜间%2F主\n/)
    expect(shown.out).toContain('at 02:00')
    expect(shown.out).toMatch(/schedule\.zone +Asia\/Shanghai/)
    const view = await json('tasks', 'show', '结算/夜间%2F主')
    expect(view).toMatchObject({ job: '夜间/主', definition: { dataJson: data } })
    expect(api.log().at(-1)?.metadata).toMatchObject({ reason: 'go live' })
  })

  test('are listed in columns that stay aligned beside Chinese names', async () => {
    const { out } = await run('tasks', 'list')
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    const column = lines[0]!.indexOf('STATUS')
    expect(lines[1]!.slice(column)).toMatch(/^Active/)
    const wide = lines[2]!.indexOf('Active')
    // Six of the characters before it take two columns.
    expect(lines[2]!.slice(0, wide).replaceAll(/[一-鿿]/g, '##')).toHaveLength(column)
    const { tasks, next } = await json('tasks', 'list', '--limit', '1')
    expect([tasks.length, typeof next]).toEqual([1, 'string'])
    expect((await json('tasks', 'list', '--group', '结算')).tasks).toHaveLength(1)
  })

  test('are paused, resumed, run and deleted, several at once', async () => {
    const paused = await run('tasks', 'pause', 'billing/nightly', '--until=2099-01-01T00:00:00Z')
    expect(paused.out).toContain('billing/nightly paused until')
    expect((await json('tasks', 'list', '--status', 'Paused')).tasks).toHaveLength(1)
    const both = await run('tasks', 'resume', 'billing/gone', 'billing/nightly')
    expect(both).toMatchObject({ code: 3, out: expect.stringContaining('billing/nightly resumed') })
    expect(both.error).toContain('billing/gone: Task not found')
    const { runId } = await json('tasks', 'trigger', 'billing/nightly')
    expect(runId).toMatch(/^[0-9a-f]{32}$/)
    await run('tasks', 'add', 'billing/short-lived', ...nightly)
    await run('tasks', 'delete', 'billing/short-lived', '--reason', 'moved')
    expect((await run('tasks', 'show', 'billing/short-lived')).out).toContain('Deleted since')
  })
})

describe('runs', () => {
  test('are listed, shown with their events, run again and cancelled', async () => {
    const { runs } = await json('runs', 'list', 'billing/nightly')
    expect(runs).toMatchObject([{ cause: 'manual', outcome: 'running' }])
    const { runId } = runs[0]
    expect((await run('runs', 'list', '--outcome', 'running')).out).toContain(runId)
    expect((await run('runs', 'rerun', runId)).out).toContain(`${runId} runs again as `)
    expect((await run('runs', 'cancel', runId)).out).toBe(`${runId} cancelled\n`)
    const shown = await run('runs', 'show', runId)
    expect(shown.out).toMatch(/outcome +cancelled/)
    const { events } = await json('runs', 'show', runId)
    expect(events).toMatchObject([{ type: 'TaskTriggered' }, { type: 'RunCancelled' }])
    const again = await run('runs', 'cancel', runId)
    expect(again).toMatchObject({ code: 1, error: expect.stringContaining('already ended') })
  })
})

describe('why', () => {
  test('a task does not fire, in either language, with what the answer rests on', async () => {
    const asked = ['why', 'billing/nightly', '--at', '2099-06-01T00:00:00Z']
    const english = await run(...asked)
    expect(english.out).toMatch(/verdict: not-on-schedule\nnearest instants: 2099-/)
    expect(english.out).toContain('rests on: Task')
    expect((await run(...asked, '--lang', 'zh')).out).toMatch(/[一-鿿]/)
    expect(await json(...asked)).toMatchObject({ verdict: 'not-on-schedule' })
  })
})

describe('a simulation', () => {
  const tomorrow = (Math.floor(Date.now() / 86_400_000) + 1) * 86_400_000
  const at = (hours: number): string => new Date(tomorrow + hours * 3_600_000).toISOString()
  const window = ['--from', at(0), '--to', at(72)]
  const asked = ['simulate', 'billing/played', ...window]

  test('of another time, zone, calendar or pause shows what would be different', async () => {
    await run('tasks', 'add', 'billing/played', '--cron', '0 0 2 * * ?', '--zone', 'UTC', ...call)
    const before = api.log().length
    const later = await run(...asked, '--cron', '0 0 3 * * ?')
    expect(later.out).toMatch(/^billing\/played, 20/)
    expect(later.out.match(/^moved .*$/gm)).toHaveLength(3)
    expect(later.out).toContain('3 moved, 0 removed, 0 added, 0 kept\n')
    expect(await json(...asked, '--zone', 'Asia/Kolkata')).toMatchObject({
      moved: [
        { from: at(26), to: at(20.5) },
        { from: at(50), to: at(44.5) },
      ],
      removed: [{ at: at(2), instead: null }],
      added: [{ at: at(68.5) }],
    })
    const paused = ['--pause-from', at(12), '--pause-to', at(36)]
    expect(await json(...asked, ...paused)).toMatchObject({
      counts: { added: 0, removed: 0, kept: 2 },
      moved: [{ from: at(26), to: at(36) }],
    })
    const unchanged = await run(...asked, '--exit-code')
    expect([unchanged.code, unchanged.out]).toEqual([
      0,
      expect.stringContaining('nothing would change, 3 fires are kept'),
    ])
    expect((await run(...asked, '--interval', '12h', '--exit-code')).code).toBe(6)
    expect(api.log()).toHaveLength(before)
  })

  test('takes the task and a calendar from files', async () => {
    await api.settled()
    const files = `kind: calendar
name: holidays
zone: UTC
rules:
  - { type: dates, dates: ['${at(24).slice(0, 10)}'] }
---
kind: task
group: billing
job: played
schedule: { type: cron, expression: 0 0 2 * * ?, zone: UTC, calendars: [holidays] }
recall: { type: http, url: 'http://127.0.0.1:9/x' }
data: { id: 12345678901234567890 }
`
    const env = { CARILLON_URL: api.url }
    const shown = await carillon([...asked, '-f', '-'], { env, input: files })
    expect([shown.code, shown.error]).toEqual([0, ''])
    expect(shown.out).toMatch(/removed +20.* calendar/)
    expect(shown.out).toContain('0 moved, 1 removed, 0 added, 2 kept\n')
    const other = files.replace('job: played', 'job: another')
    const refused = await carillon([...asked, '-f', '-'], { env, input: other })
    expect([refused.code, refused.error]).toEqual([
      1,
      '-: document 2 (billing/another): only billing/played is simulated.\n',
    ])
  })
})

describe('projections', () => {
  test('are listed, and rebuilt while one waits', async () => {
    const { projections } = await json('projections', 'list')
    expect(projections).toMatchObject([{ name: 'read-models', version: 1, rebuilding: null }])
    const rebuilt = await run('projections', 'rebuild', '--reason', 'a test')
    expect([rebuilt.code, rebuilt.out]).toEqual([
      0,
      expect.stringMatching(/^read-models rebuilt\n/),
    ])
    expect(rebuilt.out).toMatch(/activity +\d+ +\d+/)
    expect((await run('projections', 'list')).out).toMatch(/read-models +2 .* done \d{4}-/)
    expect((await run('projections', 'rebuild', 'nonsense')).code).toBe(3)
    const reply = await api.post('/api/v1/projections/read-models/rebuild?force=true')
    expect(reply).toMatchObject({ status: 202, json: { rebuild: { forced: true } } })
  })
})

describe('exit codes', () => {
  test.each([
    ['no command', [], 0],
    ['an unknown command', ['frobnicate'], 2],
    ['an unknown subcommand', ['tasks', 'frobnicate'], 2],
    ['an unknown option', ['tasks', 'list', '--nonsense'], 2],
    ['a task without a group', ['tasks', 'show', 'nightly'], 2],
    ['a task nobody knows', ['tasks', 'show', 'no/body'], 3],
    ['a run nobody knows', ['runs', 'show', '0'.repeat(32)], 3],
    ['a task that calls nobody', ['tasks', 'add', 'a/b', '--cron', '0 0 0 * * ?'], 2],
    ['a simulation of a task nobody knows', ['simulate', 'no/body', '--zone', 'UTC'], 3],
    ['half a pause', ['simulate', 'a/b', '--pause-from', 'now'], 2],
    ['two rules at once', ['simulate', 'a/b', '--cron', '0 0 0 * * ?', '--interval', '1m'], 2],
    ['a schedule that never fires', ['tasks', 'add', 'a/b', ...never], 1],
    ['a service that is away', ['tasks', 'list', '--url', 'http://127.0.0.1:9'], 4],
    ['something else than a URL', ['tasks', 'list', '--url', 'localhost'], 2],
  ])('%s', async (_, args, code) => {
    const ran = await run(...args)
    expect(ran.code).toBe(code)
    if (code !== 0) expect([ran.out, ran.error]).toEqual(['', expect.stringMatching(/\S/)])
  })

  test('a field that is wrong is named', async () => {
    const wrong = await run('tasks', 'add', 'a/b', '--cron', '0 61 * * * ?', '--call', 'http://x/')
    expect(wrong).toMatchObject({ code: 1, out: '' })
    expect(wrong.error).toMatch(/minutes: .*\(character 3\)/)
  })

  test('are those of the installed command too', async () => {
    const bin = spawnSync(process.execPath, ['bin/carillon.js', 'why', 'g/j', '--at', 'soon'])
    expect([bin.status, bin.stdout.length]).toEqual([2, 0])
    expect(String(bin.stderr)).toContain('--at: expected an instant')
  })

  test('help is had for everything', async () => {
    const { out } = await run('--help')
    const names = [...out.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}\S/gm)].map(([, name]) => name!)
    expect(names).toContain('tasks list')
    for (const name of names.filter((each) => each !== 'serve')) {
      const shown = await run(...name.split(' '), '--help')
      expect([shown.code, shown.error]).toEqual([0, ''])
      expect(shown.out).toContain(`carillon ${name}`)
    }
  })
})
