// Desired state from files: an export changes nothing when it is applied, a file changes what it
// names, and what somebody else has changed meanwhile is not overwritten.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readDocuments } from '../../src/cli/declared/documents.ts'
import { enact } from '../../src/cli/declared/enact.ts'
import { rehearse } from '../../src/cli/declared/rehearse.ts'
import { serviceOf, type Service } from '../../src/cli/service.ts'
import { usePostgres } from '../projections/kit.ts'
import { startApiWithReadModels, type ApiWithReadModels } from '../support/api-with-read-models.ts'
import { typesOf } from '../support/api.ts'
import { carillon, quietIo, type Ran } from './kit.ts'

const postgres = usePostgres()
let api: ApiWithReadModels
let folder: string
let tenant: string
let tenants = 0

beforeAll(async () => {
  api = await startApiWithReadModels(await postgres.freshUrl())
  folder = mkdtempSync(join(tmpdir(), 'carillon-apply-'))
})
afterAll(async () => {
  await api.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  tenant = `tenant-${(tenants += 1)}`
})

const run = async (...args: readonly string[]): Promise<Ran> => {
  await api.settled()
  return carillon(args, { env: { CARILLON_URL: api.url, CARILLON_TENANT: tenant } })
}
const file = (text: string, name = 'tasks.yaml'): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const apply = (text: string, ...options: readonly string[]) =>
  run('tasks', 'apply', file(text), ...options)
const logged = () => typesOf(api.log).length
const send = async (method: string, path: string, body?: object) => {
  await api.settled()
  return api.send(method, path, body, { 'X-Tenant': tenant })
}

const task = (job: string, more = '', expression = '0 0 2 * * ?'): string => `kind: task
group: billing
job: ${job}
schedule: { type: cron, expression: "${expression}", zone: Asia/Shanghai }
recall: { type: http, url: "http://127.0.0.1:9/run" }
${more}
`

describe('apply', () => {
  test('adds what is not there, and changes nothing the second time', async () => {
    const text = [
      'kind: calendar\nname: weekends\nzone: UTC\nrules:\n  - { type: weekdays, weekdays: [SAT, SUN] }\n',
      task('nightly', 'data: { id: 12345678901234567890, rate: 0.5 }\nname: 夜间结算'),
      task('paused', 'paused: true'),
    ].join('---\n')
    const dry = await apply(text, '--dry-run', '--exit-code')
    expect([dry.code, logged()]).toEqual([6, 0])
    expect(dry.out).toContain('3 added, 0 changed, 0 removed, 0 unchanged (dry run')
    const done = await apply(text, '--reason', 'release 42')
    expect(done).toMatchObject({ code: 0, error: '' })
    expect(done.out).toContain('+ calendar weekends\n+ task billing/nightly\n')
    expect(typesOf(api.log)).toEqual(['CalendarDefined', 'TaskAdded', 'TaskAdded', 'TaskPaused'])
    expect(api.log().map(({ metadata }) => metadata)).toMatchObject(
      Array(4).fill({ reason: 'release 42' }),
    )
    const again = await apply(text, '--dry-run', '--exit-code')
    expect([again.code, again.out]).toEqual([
      0,
      '0 added, 0 changed, 0 removed, 3 unchanged (dry run: nothing was changed)\n',
    ])
    expect((await apply(text)).out).toBe('0 added, 0 changed, 0 removed, 3 unchanged\n')
    expect(logged()).toBe(4)
    const { json } = await send('GET', '/api/v1/tasks/billing/nightly')
    expect(json.definition.dataJson).toBe('{"id":12345678901234567890,"rate":0.5}')
  })

  test('shows field by field what a change is about', async () => {
    await apply(task('nightly', 'data: { a: 1, b: [1, 2] }\npolicy: { timeoutMs: 5000 }'))
    const changed = task('nightly', 'data: { a: 2, b: [1, 2] }\npriority: 7', '0 0 3 * * ?')
    const dry = await apply(changed, '--dry-run')
    expect(dry.out).toBe(
      [
        '~ task billing/nightly',
        '    priority: 0 → 7',
        '    schedule.expression: 0 0 2 * * ? → 0 0 3 * * ?',
        '    policy.timeoutMs: 5000 → 30000',
        '    data.a: 1 → 2',
        '0 added, 1 changed, 0 removed, 0 unchanged (dry run: nothing was changed)',
        '',
      ].join('\n'),
    )
    await apply(changed)
    const { json } = await send('GET', `/api/v1/tasks/billing/nightly`)
    expect(json.definition).toMatchObject({ priority: 7, policy: { timeoutMs: 30_000 } })
  })

  test('a task stays paused through a change, unless the file says otherwise', async () => {
    await apply(task('nightly'))
    await send('POST', '/api/v1/tasks/billing/nightly/pause', { until: '2099-01-01T00:00:00Z' })
    await apply(task('nightly', 'priority: 1'))
    const paused = await send('GET', '/api/v1/tasks/billing/nightly')
    expect(paused.json).toMatchObject({
      status: 'Paused',
      pausedUntil: '2099-01-01T00:00:00.000Z',
      definition: { priority: 1 },
    })
    const { out } = await apply(task('nightly', 'priority: 1\npaused: false'))
    expect(out).toContain('paused: until 2099-01-01T00:00:00.000Z → no')
    const resumed = await send('GET', '/api/v1/tasks/billing/nightly')
    expect(resumed.json.status).toBe('Active')
  })

  test('an interval that names no beginning keeps the one it has', async () => {
    const interval = task('nightly').replace(
      /schedule: .*/,
      'schedule: { type: simple, intervalMs: 60000, repeatCount: -1 }',
    )
    expect((await apply(interval)).out).toContain('1 added')
    expect((await apply(interval)).out).toContain('1 unchanged')
  })

  test('prunes in the groups that files name, and nowhere else', async () => {
    await apply([task('kept'), task('surplus')].join('---\n'))
    await apply(task('elsewhere').replace('group: billing', 'group: other'))
    const { out } = await apply(task('kept'), '--prune', '--reason', 'tidy')
    expect(out).toBe('- task billing/surplus\n0 added, 0 changed, 1 removed, 1 unchanged\n')
    const { json } = await send('GET', '/api/v1/tasks')
    expect(json.tasks).toMatchObject([{ job: 'kept' }, { job: 'elsewhere' }])
    expect(api.log().at(-1)).toMatchObject({ type: 'TaskDeleted', metadata: { reason: 'tidy' } })
  })

  describe('beside others', () => {
    const path = '/api/v1/tasks/billing/nightly'

    /** Applies a priority; `meanwhile` happens between the comparison and the change, n times. */
    const applyBeside = async (times: number, meanwhile: () => Promise<unknown>) => {
      const io = { ...quietIo, env: { CARILLON_URL: api.url, CARILLON_TENANT: tenant } }
      const service = serviceOf(io, {})
      let left = times
      const disturbed: Service = {
        ...service,
        send: async (request) => {
          const isChange = request.method === 'PUT' && request.query?.['dryRun'] === undefined
          if (isChange && left-- > 0) await meanwhile()
          return service.send(request)
        },
      }
      const [document] = await readDocuments([file(task('nightly', 'priority: 5'))], io)
      const rehearsed = await rehearse(service, document!, Date.now())
      const now = () => Date.now()
      const enacting = { service: disturbed, reason: undefined, now }
      return enact(enacting, rehearsed).then(
        () => null,
        (error: unknown) => error,
      )
    }

    test('a task that fires in between is changed all the same', async () => {
      await apply(task('nightly'))
      expect(await applyBeside(1, () => send('POST', `${path}/trigger`))).toBe(null)
      expect(typesOf(api.log).slice(-2)).toEqual(['TaskTriggered', 'TaskReplaced'])
    })

    test('a task that somebody changes in between is left as they want it', async () => {
      await apply(task('nightly'))
      const refusal = await applyBeside(1, () => send('PATCH', path, { priority: 9 }))
      expect(refusal).toMatchObject({
        exitCode: 5,
        message: expect.stringContaining('tasks.yaml: document 1 (billing/nightly): changed'),
      })
      expect((await send('GET', path)).json.definition.priority).toBe(9)
    })

    test('a task that somebody adds in between is left as they want it', async () => {
      const theirs = {
        schedule: { type: 'cron', expression: '0 0 4 * * ?' },
        recall: { type: 'http', url: 'http://127.0.0.1:9/' },
      }
      const refusal = await applyBeside(1, () => send('PUT', path, theirs))
      expect(refusal).toMatchObject({ exitCode: 5 })
      expect(typesOf(api.log).at(-1)).toBe('TaskAdded')
    })
  })
})

describe('what is wrong', () => {
  test('is said with file, document and field, all at once, and nothing is changed', async () => {
    const before = logged()
    const text = [
      task('fine'),
      task('wrong-cron', '', '0 61 * * * ?'),
      task('never', '', '0 0 2 1 1 ? 2001'),
      task('odd', 'colour: red\npriority: high'),
    ].join('---\n')
    const { code, out, error } = await apply(text)
    expect([code, out, logged()]).toEqual([1, '', before])
    expect(error).toMatch(/tasks\.yaml: document 2 \(billing\/wrong-cron\): minutes: .*character 3/)
    expect(error).toMatch(/document 3 \(billing\/never\): .*never/i)
    expect(error).toContain('document 4 (billing/odd): colour: not a field here.')
    expect(error).toContain('document 4 (billing/odd): priority: expected')
  })

  test.each([
    ['something else', '- 5\n- six', 'document 1: expected an object'],
    ['no kind', 'job: x', 'kind: expected task or calendar'],
    ['a number for a name', 'kind: task\ngroup: g\njob: 7', 'job: expected a text'],
    [
      'the same task twice',
      `${task('a')}---\n${task('a')}`,
      'document 2 (billing/a): stands in document 1',
    ],
    ['broken YAML', 'kind: [task', 'document 1: '],
    ['the same field twice', 'kind: task\nkind: task', 'unique'],
    ['broken JSON', '{"kind": ', 'tasks.yaml: '],
    ['an end of no pause', task('a', 'pausedUntil: 2099-01-01T00:00:00Z'), 'pausedUntil: only'],
  ])('%s', async (_, text, words) => {
    const { code, out, error } = await apply(text)
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain(words)
  })

  test('a file that is not there', async () => {
    const { code, error } = await run('tasks', 'apply', join(folder, 'gone.yaml'))
    expect([code, error]).toEqual([1, expect.stringContaining('gone.yaml')])
  })
})

describe('export', () => {
  const sample = async () => {
    await apply(
      [
        'kind: calendar\nname: holidays\nzone: UTC\nrules: [{ type: yearlyDates, dates: ["10-01"] }]\n',
        task('nightly', 'data: { 键: "1e3", n: [null, true, 2] }\ndescription: "yes"'),
        task('exact', `dataJson: '{"n":1.0,"b":{ "c" :12345678901234567890}}'`),
        task('held', 'paused: true\npausedUntil: "2099-01-01T00:00:00Z"'),
        task('spaced', `dataJson: '{ "a" : 1 }'`),
      ].join('---\n'),
    )
    await run('tasks', 'add', 'ticks/every', '--interval', '5m', '--call', 'http://127.0.0.1:9/x')
  }

  test.each(['yaml', 'json'])(
    'as %s applied to the same service changes nothing',
    async (format) => {
      await sample()
      const before = logged()
      const path = join(folder, `export.${format}`)
      expect((await run('tasks', 'export', '-o', path)).code).toBe(0)
      const { code, out } = await run('tasks', 'apply', path, '--prune', '--prune-calendars')
      expect([code, out]).toEqual([0, '0 added, 0 changed, 0 removed, 6 unchanged\n'])
      expect(logged()).toBe(before)
    },
  )

  test('applied to another tenant makes the same tasks', async () => {
    await sample()
    const path = join(folder, 'move.yaml')
    await run('tasks', 'export', '-o', path)
    const text = readFileSync(path, 'utf8')
    expect(text).toMatch(/data:\n {2}键: "1e3"/)
    tenant = 'elsewhere'
    expect((await run('tasks', 'apply', path)).out).toContain('6 added')
    const { out } = await run('tasks', 'export')
    expect(out).toBe(text)
  })

  test('of one group or named tasks holds those alone', async () => {
    await sample()
    const group = await run('tasks', 'export', '--group', 'ticks', '--json')
    expect(JSON.parse(group.out)).toMatchObject([{ kind: 'task', group: 'ticks', job: 'every' }])
    const named = await run('tasks', 'export', 'billing/held', '--json')
    expect(JSON.parse(named.out)).toMatchObject([{ job: 'held', paused: true }])
    expect((await run('tasks', 'export', 'billing/gone')).code).toBe(3)
  })
})
