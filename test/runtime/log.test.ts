// Every entry is one line, whatever is in it; JSON and the readable form carry the same facts.
import { expect, test } from 'vitest'
import { createLog, prettyLine } from '../../src/runtime/log.ts'

const collect = (format: 'json' | 'pretty' | 'auto') => {
  const lines: string[] = []
  const log = createLog({
    level: 'info',
    format,
    destination: { write: (l) => void lines.push(l) },
  })
  return { lines, log }
}

test('JSON names the level in words and the time in ISO 8601', () => {
  const { lines, log } = collect('auto')
  log.debug('not shown')
  log.warn({ port: 8080 }, 'busy')
  expect(lines).toHaveLength(1)
  const entry = JSON.parse(lines[0]!)
  expect(entry).toEqual({ level: 'warn', time: entry.time, port: 8080, msg: 'busy' })
  expect(entry.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test('the readable form is one line with the fields behind the message', () => {
  const { lines, log } = collect('pretty')
  log.info({ url: 'http://127.0.0.1:8080', note: 'two words' }, 'ready')
  expect(lines[0]).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} info {2}ready url=http:\/\/127\.0\.0\.1:8080 note="two words"\n$/,
  )
})

test('an error with its stack still is one line', () => {
  const { lines, log } = collect('pretty')
  log.error({ err: new Error('first\nsecond') }, 'failed\nhard')
  expect(lines[0]!.match(/\n/g)).toHaveLength(1)
  expect(lines[0]).toContain('Error: first ⏎ second')
})

test('colours are only added when asked for', () => {
  const line = '{"level":30,"time":0,"msg":"x"}'
  expect(prettyLine(line, false)).not.toContain('\u001b')
  expect(prettyLine(line, true)).toContain('\u001b[32m')
})
