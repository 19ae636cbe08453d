// How the console's files are served; what they do in a browser is tested in test/console.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConsole } from '../../src/api/console/files.ts'

test('only what lies among the assets is served', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-files-'))
  try {
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), 'page')
    writeFileSync(join(folder, 'docs.html'), 'docs')
    writeFileSync(join(folder, 'assets', 'a.js'), 'code')
    const files = readConsole(folder)
    expect([files.page(), files.docs()]).toEqual(['page', 'docs'])
    expect(files.asset('a.js')).toMatchObject({
      type: 'text/javascript; charset=utf-8',
      plain: Buffer.from('code'),
    })
    for (const name of ['', '..', '../index.html', 'b.js']) expect(files.asset(name)).toBeNull()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('before the first build there is no page', () => {
  const files = readConsole(join(tmpdir(), 'carillon-not-there'))
  expect([files.page(), files.docs(), files.asset('a.js')]).toEqual([null, null, null])
})
