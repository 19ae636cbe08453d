// `carillon preview` as a person types it and as a machine feeds it.
import { describe, expect, test } from 'vitest'
import { runPreview } from '../../src/cli/preview.ts'
import { cronVectors, simpleVectors } from '../domain/schedule/vectors.ts'

const run = async (args: readonly string[], input: readonly (Buffer | string)[] = []) => {
  let out = ''
  let error = ''
  const stdin = (async function* () {
    yield* input
  })()
  const code = await runPreview(args, {
    stdin,
    write: (text) => (out += text),
    writeError: (text) => (error += text),
    now: () => Date.parse('2026-11-23T00:00:00Z'),
  })
  return { code, out, error }
}

describe('for people', () => {
  test('shows the rule in both languages and the next fires with their offset', async () => {
    const { code, out } = await run([
      '--cron',
      '0 0 9 ? * MON-FRI',
      '--zone',
      'Asia/Shanghai',
      '-n',
      '2',
    ])
    expect(code).toBe(0)
    expect(out).toContain('at 09:00, on Monday–Friday')
    expect(out).toContain('每周一至周五，09:00')
    expect(out).toContain('2026-11-23T09:00:00+08:00')
    expect(out).toContain('2026-11-24T09:00:00+08:00')
    expect(out).not.toContain('2026-11-25')
  })

  test('takes the expression as it is, once and in quotes', async () => {
    const bare = await run(['0 0 9 ? * MON-FRI', '-n', '2'])
    expect(bare).toEqual(await run(['--cron', '0 0 9 ? * MON-FRI', '-n', '2']))
    const unquoted = await run(['0', '0', '9', '?', '*', 'MON-FRI'])
    expect([unquoted.code, unquoted.error]).toEqual([2, expect.stringContaining('in quotes')])
    const both = await run(['0 0 9 * * ?', '--interval', '5m'])
    expect([both.code, both.error]).toEqual([2, expect.stringContaining('expected one of them')])
  })

  test('marks a doubled hour and names the clock change', async () => {
    const { out } = await run([
      '--cron',
      '0 30 1 * * ?',
      '--zone',
      'America/New_York',
      '--from',
      '2026-11-01T00:00:00Z',
    ])
    expect(out).toContain('2026-11-01T01:30:00-05:00')
    expect(out).toContain('second pass')
    expect(out).toContain('Clocks go back')
  })

  test('looks back, into a window, and at intervals', async () => {
    const back = await run(['--cron', '0 0 9 * * ?', '--previous', '-n', '1', '--json'])
    expect(JSON.parse(back.out)).toMatchObject({ fires: [{ local: '2026-11-22T09:00:00+00:00' }] })
    const window = await run([
      '--cron',
      '0 0 * * * ?',
      '--from',
      '2026-01-01T00:00:00Z',
      '--to',
      '2026-01-01T03:00:00Z',
      '--json',
    ])
    expect(JSON.parse(window.out).fires).toHaveLength(3)
    const interval = await run([
      '--interval',
      '90s',
      '--repeat',
      '1',
      '--start',
      '2026-12-01T00:00:00Z',
      '--json',
    ])
    expect(JSON.parse(interval.out)).toMatchObject({ more: false, fires: [{}, {}] })
  })

  test('reads Unix cron when told to', async () => {
    const { out } = await run(['--cron', '*/5 9 * * 1-5', '--unix', '-n', '1'])
    expect(out).toContain('2026-11-23T09:00:00+00:00')
  })

  test('explains what it cannot read, and says so with its exit code', async () => {
    const wrong = await run(['--cron', '0 61 * * * ?'])
    expect([wrong.code, wrong.out]).toEqual([1, ''])
    expect(wrong.error).toContain('minutes, character 3')
    expect((await run(['--cron', '0 0 9 * * ?', '--zone', 'Mars/Olympus'])).code).toBe(1)
    expect((await run([])).code).toBe(2)
    expect((await run(['--cron', '0 0 9 * * ?', '--from', 'soon'])).code).toBe(2)
    expect((await run(['--nonsense'])).code).toBe(2)
  })
})

describe('in bulk', () => {
  const answers = async (lines: readonly unknown[]): Promise<unknown[]> => {
    const text = lines.map((line) => JSON.stringify(line)).join('\n')
    const { out } = await run(['--jsonl'], [text])
    return out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
  }

  test('answers the cron vectors in order', async () => {
    const vectors = cronVectors().filter(
      (v) => v.documented && !v.tags.includes('W-path-dependent'),
    )
    const found = await answers(
      vectors.map(({ id, expr, tz, start, count }) => ({ id, expr, tz, start, count })),
    )
    expect(found).toEqual(vectors.map(({ id, fires }) => ({ id, fires })))
  })

  test('answers the simple vectors in order', async () => {
    const vectors = simpleVectors()
    const found = await answers(vectors)
    vectors.forEach(({ id, fires, valid }, index) => {
      const expected = valid ? { id, fires } : { id, error: { message: expect.any(String) } }
      expect(found[index]).toMatchObject(expected)
    })
  })

  test('refuses a bad line by name and goes on', async () => {
    const { out } = await run(
      ['--jsonl'],
      [
        '{"id":"a","expr":"0 0 25 * * ?","tz":"UTC","start":0}\n{nonsense\n\n{"id":"z","expr":"0 0 1 ',
        Buffer.from('* * ?","tz":"UTC","start":0,"count":1}'),
      ],
    )
    const [a, b, z] = out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(a).toMatchObject({ id: 'a', error: { field: 'hours', position: 4 } })
    expect(b).toMatchObject({ id: null, error: { field: 'line' } })
    expect(z).toEqual({ id: 'z', fires: [3_600_000] })
  })
})
