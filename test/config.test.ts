// The environment becomes a Config, or a list of everything that is wrong with it.
import { availableParallelism } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeConfig, describeProblems, helpText, settingsTable } from '../src/config.ts'
import { settings } from '../src/config/settings.ts'
import { tableMarkers } from '../src/config/tables.ts'

const configOf = (environment: Record<string, string>) => {
  const decoded = decodeConfig(environment)
  if (E.isLeft(decoded)) throw new Error(describeProblems(decoded.left))
  return decoded.right
}
const complaintsOf = (environment: Record<string, string>): string =>
  E.match(describeProblems, () => 'nothing')(decodeConfig(environment))

describe('defaults', () => {
  test('an empty environment is enough', () => {
    expect(configOf({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      openToEveryone: false,
      dataDir: resolve('data'),
      databaseUrl: null,
      eventStoreUrl: null,
      roles: ['api', 'scheduler', 'projections'],
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      logLevel: 'info',
      logFormat: 'auto',
      drainTimeoutMs: 10_000,
      schedulerLeaseMs: 15_000,
      misfireThresholdMs: 60_000,
      recallTimeoutMs: 30_000,
      recallRate: null,
      recallRatePerHost: null,
      recallThreads: Math.min(1, availableParallelism() - 1),
      recallAllowAddresses: null,
      recallDenyAddresses: null,
      recallConcurrency: 256,
      recallConcurrencyPerHost: 64,
      runRetentionDays: 35,
      logRetentionDays: null,
      pathPrefixes: ['/iuap-dispatch-service', '/iuap-saas-dispatch-service'],
    })
  })

  test('an empty variable counts as absent, an unknown one is ignored', () => {
    expect(configOf({ PORT: '', DATABASE_URL: ' ', SOMETHING_ELSE: 'x' })).toEqual(configOf({}))
  })
})

describe('values', () => {
  test.each([
    ['PORT', '0', 'port', 0],
    ['ROLES', 'projections, api', 'roles', ['api', 'projections']],
    ['TIME_ZONE', 'asia/shanghai', 'timeZone', 'Asia/Shanghai'],
    ['DATA_DIR', '/srv/carillon', 'dataDir', '/srv/carillon'],
    ['DATABASE_URL', 'postgresql://a:b@h/d', 'databaseUrl', 'postgresql://a:b@h/d'],
    [
      'EVENT_STORE_URL',
      'esdb://a:2113,b:2113?tls=false',
      'eventStoreUrl',
      'esdb://a:2113,b:2113?tls=false',
    ],
    ['PATH_PREFIXES', '/a/b/, /c', 'pathPrefixes', ['/a/b', '/c']],
    ['PATH_PREFIXES', '/', 'pathPrefixes', []],
    ['OPEN_TO_EVERYONE', 'TRUE', 'openToEveryone', true],
    ['LOG_LEVEL', 'DEBUG', 'logLevel', 'debug'],
  ] as const)('%s=%s', (variable, text, key, value) => {
    expect(configOf({ [variable]: text })[key]).toEqual(value)
  })

  test.each([
    ['PORT', 'abc', 'PORT: expected an integer between 0 and 65535, got "abc"'],
    ['PORT', '65536', 'PORT: expected an integer between 0 and 65535, got "65536"'],
    ['PORT', '80.5', 'PORT: expected an integer between 0 and 65535, got "80.5"'],
    [
      'ROLES',
      'api,cook',
      'ROLES: expected a comma-separated list of api, scheduler, projections, got "api,cook"',
    ],
    [
      'TIME_ZONE',
      'Mars/Base',
      'TIME_ZONE: expected an IANA time zone such as Asia/Shanghai, got "Mars/Base"',
    ],
    [
      'TIME_ZONE',
      '+08:00',
      'TIME_ZONE: expected an IANA time zone such as Asia/Shanghai, got "+08:00"',
    ],
    [
      'PATH_PREFIXES',
      'a',
      'PATH_PREFIXES: expected a comma-separated list of paths that begin with /, got "a"',
    ],
    [
      'RECALL_CONCURRENCY',
      '0',
      'RECALL_CONCURRENCY: expected an integer between 1 and 65536, got "0"',
    ],
    [
      'RECALL_DENY_ADDRESSES',
      '10.0.0.0/33',
      'RECALL_DENY_ADDRESSES: expected a comma-separated list of IP addresses and ranges such as 10.0.0.0/8, got "10.0.0.0/33"',
    ],
    ['OPEN_TO_EVERYONE', 'maybe', 'OPEN_TO_EVERYONE: expected true or false, got "maybe"'],
  ])('%s=%s is refused by name', (variable, text, complaint) => {
    expect(complaintsOf({ [variable]: text })).toBe(complaint)
  })

  test('a wrong address never shows the password in it', () => {
    const complaint = complaintsOf({ DATABASE_URL: 'mysql://me:secret@host/db' })
    expect(complaint).toContain('DATABASE_URL: expected a URL that begins with postgres://')
    expect(complaint).not.toContain('secret')
  })

  test('everything that is wrong is said at once', () => {
    const complaints = complaintsOf({ PORT: 'x', LOG_LEVEL: 'loud', HOST: '0.0.0.0' }).split('\n')
    expect(complaints.map((line) => line.split(':')[0])).toEqual(['PORT', 'LOG_LEVEL', 'HOST'])
  })
})

test('ranges are read in both families, and an address alone is a range of one', () => {
  const { recallAllowAddresses } = configOf({ RECALL_ALLOW_ADDRESSES: '10.0.0.0/8, fd00::/8,::1' })
  expect(recallAllowAddresses).toEqual([
    { address: '10.0.0.0', prefix: 8, family: 'ipv4' },
    { address: 'fd00::', prefix: 8, family: 'ipv6' },
    { address: '::1', prefix: 128, family: 'ipv6' },
  ])
})

describe('without a door', () => {
  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost', 'LOCALHOST'])(
    '%s is loopback',
    (HOST) => {
      expect(configOf({ HOST }).host).toBe(HOST)
    },
  )

  test.each([
    '0.0.0.0',
    '::',
    '10.0.0.7',
    'example.org',
    '127.0.0.1.example.org',
    '::ffff:10.0.0.1',
  ])('%s needs the setting that says what it means', (HOST) => {
    expect(complaintsOf({ HOST })).toMatch(/^HOST: .*OPEN_TO_EVERYONE=true/)
    expect(configOf({ HOST, OPEN_TO_EVERYONE: 'true' }).host).toBe(HOST)
  })
})

describe('what people read', () => {
  test('--help lists every setting with its default', () => {
    for (const { variable, initial } of Object.values(settings)) {
      expect(helpText()).toContain(`  ${variable}  (default: `)
      if (typeof initial === 'string') expect(helpText()).toContain(initial)
    }
  })

  test.each([
    ['README.md', 'en'],
    ['README.zh-CN.md', 'zh'],
  ] as const)('the table in %s is the one of the code', (file, language) => {
    const readme = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const begin = readme.indexOf(tableMarkers.begin)
    if (begin < 0) return
    const table = readme.slice(begin + tableMarkers.begin.length, readme.indexOf(tableMarkers.end))
    expect(cellsOf(table)).toEqual(cellsOf(settingsTable(language)))
  })
})

/** Formatters pad the columns of a table; its cells are what is compared. */
const cellsOf = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .filter((_, index) => index !== 1)
    .map((line) => line.split('|').map((cell) => cell.trim()))
