// What names the code that fills a version of the read models: rows half written by one release and
// half by another would be nobody's. The modules that rows depend on are digested as they lie on the
// disk, compiled or not.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const rooms = ['domain', 'projections']

export const codeDigest = (): string => {
  const source = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
  const digest = createHash('sha256')
  for (const room of rooms)
    for (const file of readdirSync(join(source, room), {
      recursive: true,
      encoding: 'utf8',
    }).sort())
      if (/\.[jt]s$/.test(file)) digest.update(file).update(readFileSync(join(source, room, file)))
  return digest.digest('hex').slice(0, 16)
}
