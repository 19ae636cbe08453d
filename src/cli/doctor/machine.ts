// What the service needs of the machine: Node, the data folder and who works in it, room on the disk,
// and a port nobody else has.
import { accessSync, constants, existsSync, readdirSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { isRunning, pidOf } from '../../runtime/embedded-postgres/processes.ts'
import { fail, ok, reasonOf, warn, type Finding } from './finding.ts'

const nodeMin = [20, 19] as const

export const checkNode = (version: string): Finding => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const isEnough = major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1])
  return isEnough
    ? ok('node', version)
    : fail('node', version, `Carillon needs Node ${nodeMin.join('.')} or newer.`)
}

export const checkDataFolder = (folder: string): Finding => {
  const nearest = nearestExisting(folder)
  try {
    accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const advice = `Give this user the right to write in ${nearest}, or set DATA_DIR.`
    return fail('data folder', reasonOf(error), advice)
  }
  if (nearest !== folder) return ok('data folder', `${folder} will be made at the first start`)
  const user = userOf(folder)
  return ok('data folder', user === null ? `${folder}, free` : `${folder}, used by process ${user}`)
}

/** The living process that has put its claim down there. */
const userOf = (folder: string): number | null => {
  const claims = join(folder, 'lock')
  const claim = existsSync(claims) ? readdirSync(claims).find(isRunning) : undefined
  return claim === undefined ? null : pidOf(claim)
}

const nearestExisting = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : nearestExisting(dirname(folder))

const gib = 2 ** 30
const roomFor = { work: 0.25 * gib, comfort: 2 * gib }

export const checkDisk = (folder: string): Finding => {
  const { bavail, bsize } = statfsSync(nearestExisting(folder))
  const free = bavail * bsize
  const found = `${(free / gib).toFixed(1)} GiB free`
  if (free < roomFor.work)
    return fail(
      'disk',
      found,
      `Make room on the disk of ${folder}: PostgreSQL stops when it is full.`,
    )
  return free < roomFor.comfort
    ? warn('disk', found, `There should be more room on the disk of ${folder}.`)
    : ok('disk', found)
}

/** Only asked while no service of ours answers there. */
export const checkPort = (host: string, port: number): Promise<Finding> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) =>
      resolve(
        fail('port', `${host}:${port}: ${reasonOf(error)}`, 'Set PORT or HOST to a free address.'),
      ),
    )
    server.listen({ host, port }, () =>
      server.close(() => resolve(ok('port', `${host}:${port} is free`))),
    )
  })
