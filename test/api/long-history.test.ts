// Questions about a stream of thousands of events: whatever lies between then and now, an answer reads
// no more than its own stretch, and pages of the whole join without a gap.
import { expect, test } from 'vitest'
import { createWorld, instantOf, task } from './situation-world.ts'

const seconds = 900
const schedule = { type: 'cron', expression: '* * * * * ?', zone: 'UTC' }
const iso = (second: number): string => new Date(instantOf(second)).toISOString()

test('a task that fired every second is explained at any of them', async () => {
  const world = await createWorld()
  const { api } = world
  try {
    await world.put(0, schedule)
    for (let second = 1; second <= seconds; second += 1) {
      await world.decide(second)
      const result = { type: 'succeeded', resultValue: null } as const
      if (second % 100 !== 50) await world.attempt(second + 0.5, second, result)
    }
    await world.call(seconds + 1, 'pause', 'lin', 'stock-taking')
    expect(api.log().length).toBeGreaterThan(2 * seconds)

    const now = seconds + 10
    let read = 0
    const readStream = api.store.readStream.bind(api.store)
    api.store.readStream = (stream, options) => async () => {
      const page = await readStream(stream, options)()
      if (page._tag === 'Right') read += page.right.length
      return page
    }
    for (const second of [1, 2, 99, 100, 101, 333, 777, seconds]) {
      read = 0
      const { json } = await world.why(now, second)
      expect(json).toMatchObject({ verdict: 'fired', run: { outcome: 'succeeded' } })
      expect(json.run.runId).toBe(world.runOf(second))
      expect(read).toBeLessThan(1_500)
    }
    expect((await world.why(now, 450)).json).toMatchObject({
      verdict: 'fired',
      run: { outcome: 'running' },
    })
    expect((await world.why(now, -5)).json.verdict).toBe('not-added')
    expect((await world.why(now, seconds + 5)).json).toMatchObject({
      verdict: 'paused',
      change: { actor: 'lin', reason: 'stock-taking' },
    })

    const shown: string[] = []
    const window = `from=${iso(-2)}&to=${iso(seconds + 3)}&limit=100`
    for (let cursor = ''; ;) {
      read = 0
      const { json } = await world.rest(now, 'GET', `${task}/occurrences?${window}${cursor}`)
      for (const { at, verdict } of json.occurrences) shown.push(`${at} ${verdict}`)
      expect(read).toBeLessThan(2_700)
      if (json.next === null) break
      cursor = `&cursor=${json.next}`
    }
    const expected = Array.from({ length: seconds + 5 }, (_, n) => {
      const second = n - 2
      return `${iso(second)} ${second <= 0 ? 'not-added' : second <= seconds ? 'fired' : 'paused'}`
    })
    expect(shown).toEqual(expected)
  } finally {
    await world.close()
  }
})
