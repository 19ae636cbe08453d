// Builds the service once, before tests start it.
import { spawnSync } from 'node:child_process'

export const setup = (): void => {
  const code = "import('./scripts/build.js').then(({ buildIfStale }) => buildIfStale())"
  const { status } = spawnSync(process.execPath, ['-e', code], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the service could not be built')
}
