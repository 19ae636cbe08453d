// The samples of docs/clients.md, as written: each is run by its own language and leaves its events.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApi, type TestApi } from '../support/api.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
// In the repository, so that `carillon/client` is found as its users find it.
mkdirSync(join(root, '.tmp'), { recursive: true })
const folder = mkdtempSync(join(root, '.tmp', 'samples-'))
let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await api.close()
})

const samplesIn = (file: string): ReadonlyMap<string, string> => {
  const text = readFileSync(join(root, file), 'utf8')
  return new Map(
    [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, name = '', code = '']) => [name, code]),
  )
}

const languages = [
  {
    name: 'ts',
    job: 'ts',
    file: 'sample.ts',
    command: process.execPath,
    options: ['--import', 'tsx'],
  },
  { name: 'java', job: 'java', file: 'CarillonSample.java', command: 'java', options: [] },
  { name: 'python', job: 'python', file: 'sample.py', command: 'python3', options: [] },
  { name: 'sh', job: 'curl', file: 'sample.sh', command: 'bash', options: [] },
] as const

describe.each(languages)('the sample for $name', ({ name, job, file, command, options }) => {
  test('does what it says', async ({ skip }) => {
    const isThere = await run(command, [command === 'java' ? '-version' : '--version']).then(
      () => true,
      () => false,
    )
    if (!isThere) skip(`there is no ${command} here`)
    const code = samplesIn('docs/clients.md').get(name) ?? ''
    expect(code).toContain('127.0.0.1:8080')
    writeFileSync(join(folder, file), code.replaceAll('http://127.0.0.1:8080', api.url))
    await run(command, [...options, join(folder, file)], { cwd: root, timeout: 100_000 })
    const typesOf = (of: string) =>
      api
        .log()
        .filter(({ stream }) => stream === `task-default/samples/${of}`)
        .map(({ type }) => type)
        .filter((type) => type !== 'RunCancelled')
    expect(typesOf(`${job}-old`)).toEqual(['TaskAdded'])
    expect(typesOf(job)).toEqual([
      'TaskAdded',
      'TaskTriggered',
      'TaskReplaced',
      'TaskPaused',
      'TaskDeleted',
    ])
  })
})

test('both languages of the page show the same code', () => {
  expect(samplesIn('docs/clients.zh-CN.md')).toEqual(samplesIn('docs/clients.md'))
})
