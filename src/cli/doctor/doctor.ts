// `carillon doctor`: looks at everything a service stands on, from where it is called, and says of each
// whether it is well and what to do if it is not. Changes nothing.
import * as E from 'fp-ts/lib/Either.js'
import { decodeConfig, type Config } from '../../config.ts'
import { noMore, readArguments } from '../arguments.ts'
import { exitCodes, type CliIo, type Command } from '../command.ts'
import { padded, printable, widthOf } from '../output/width.ts'
import { checkEventStoreDb, checkPostgres } from './databases.ts'
import { fail, ok, type Finding } from './finding.ts'
import { checkDataFolder, checkDisk, checkNode, checkPort } from './machine.ts'
import { checkService } from './service.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'whether everything the service stands on is well, and what to do if not',
  usage: `Usage: carillon doctor [options]

  --url URL         the service to ask (default: CARILLON_URL, then HOST and PORT of the settings)
  --json            the findings as JSON

Looks at the settings in the environment, Node, the data folder, the disk, the databases, their
clocks, the port, and the service. Exit code 1 when anything has failed.

Example:
  DATABASE_URL=postgres://carillon@db/carillon carillon doctor
`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, {})
    noMore(positionals)
    const findings = await findingsOf(io, values.url)
    const json = (): string => `${JSON.stringify({ findings })}\n`
    io.write(values.json === true ? json() : report(findings))
    return findings.some(({ level }) => level === 'fail') ? exitCodes.failed : exitCodes.ok
  },
}

const findingsOf = async (io: CliIo, url: string | undefined): Promise<readonly Finding[]> => {
  const node = checkNode(process.version)
  const config = decodeConfig(io.env)
  const asked = url ?? io.env['CARILLON_URL']
  if (E.isLeft(config)) {
    const wrong = config.left.map(({ variable, message }) =>
      fail(
        'settings',
        `${variable}: ${message}`,
        '`carillon serve --help` explains every setting.',
      ),
    )
    const service = asked === undefined ? [] : (await checkService(asked, io.now)).findings
    return [node, ...wrong, ...service]
  }
  const { host, port } = config.right
  const service = await checkService(asked ?? `http://${hostInUrl(host)}:${port}`, io.now)
  const isPortOurs = asked === undefined && service.answers
  return [
    node,
    ok('settings', `roles ${config.right.roles.join(', ')}; time zone ${config.right.timeZone}`),
    ...(await checkStores(config.right)),
    ...(isPortOurs || port === 0 ? [] : [await checkPort(host, port)]),
    ...service.findings,
  ]
}

const hostInUrl = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

const checkStores = async (config: Config): Promise<readonly Finding[]> => {
  const { databaseUrl, eventStoreUrl, dataDir } = config
  const database =
    databaseUrl === null
      ? [checkDataFolder(dataDir), checkDisk(dataDir), ok('database', 'embedded PostgreSQL')]
      : await checkPostgres('database', databaseUrl)
  if (eventStoreUrl === null) return [...database, ok('event store', 'in the database')]
  const store = /^esdb/i.test(eventStoreUrl)
    ? [await checkEventStoreDb(eventStoreUrl)]
    : await checkPostgres('event store', eventStoreUrl)
  return [...database, ...store]
}

const report = (findings: readonly Finding[]): string => {
  const width = Math.max(...findings.map(({ check }) => widthOf(check)))
  return findings
    .map(({ level, check, found, advice }) => {
      const line = `${padded(level, 4)}  ${padded(check, width)}  ${printable(found)}\n`
      return advice === null ? line : `${line}${' '.repeat(width + 8)}→ ${advice}\n`
    })
    .join('')
}
