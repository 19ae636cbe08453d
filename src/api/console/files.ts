// The built console as it lies in dist/console: read once, compressed once, kept. Only names that
// stand in its folder are served, so that no path can lead out of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

export interface Asset {
  readonly type: string
  readonly plain: Buffer
  readonly zipped: Buffer
}

export interface ConsoleFiles {
  /** The page, with `__NONCE__` where the nonce of its styles belongs; null: not built. */
  readonly page: () => string | null
  /** The page about the API. */
  readonly docs: () => string | null
  /** What lies under /assets by that name. */
  readonly asset: (name: string) => Asset | null
}

/** The same from src/ and from dist/, which lie beside each other. */
const builtConsole = fileURLToPath(new URL('../../../dist/console', import.meta.url))

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export const readConsole = (folder = builtConsole): ConsoleFiles => {
  const assets = join(folder, 'assets')
  const names = new Set(existsSync(assets) ? readdirSync(assets) : [])
  const [page, docs] = ['index.html', 'docs.html'].map((name) => {
    const path = join(folder, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : null
  })
  const kept = new Map<string, Asset>()
  return {
    page: () => page ?? null,
    docs: () => docs ?? null,
    asset: (name) => {
      const known = kept.get(name)
      if (known !== undefined) return known
      if (!names.has(name)) return null
      const plain = readFileSync(join(assets, name))
      const type = types[extname(name)] ?? 'application/octet-stream'
      const asset = { type, plain, zipped: gzipSync(plain) }
      kept.set(name, asset)
      return asset
    },
  }
}
