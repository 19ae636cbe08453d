// Why did it fire, or not? Every constructed situation is asked about over HTTP, and the answer is held
// against what really happened: the log's own word on that instant, and the events it claims to rest on.
import { expect, test } from 'vitest'
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import { createWorld, instantOf } from './situation-world.ts'
import { situations } from './situations.ts'

/** What the log says of an instant, each event that speaks of it. */
const recorded = (log: readonly RecordedEvent[], at: number): readonly string[] =>
  log.flatMap(({ type, data }) => {
    const said = data as Readonly<Record<string, string>>
    const is = (field: string): number => Date.parse(said[field] ?? '')
    if (type === 'TaskTriggered') return is('scheduledFor') === at ? ['fired'] : []
    if (type !== 'OccurrencesSkipped') return []
    return is('first') <= at && at <= is('last') ? [String(said['verdict'])] : []
  })

test.each(situations)('$name', async ({ given, now, asked, verdict, rests, says, answers }) => {
  const world = await createWorld()
  try {
    await given(world)
    const { status, json } = await world.why(now, asked)
    expect(status).toBe(200)
    expect(json.verdict, json.sentence as string).toBe(verdict)
    const named = json.events as readonly RecordedEvent[]
    expect(named.map(({ type }) => type)).toEqual(rests)
    const log = world.api.log()
    for (const ref of named)
      expect(log.find(({ position }) => position === ref.position)).toMatchObject(ref)
    const word = recorded(log, instantOf(asked))
    const isManual = json.run?.cause === 'manual'
    if (json.decided === true && !isManual) expect(word).toEqual([verdict])
    else expect(word).toEqual([])
    for (const part of says ?? []) expect(json.sentence).toContain(part)
    expect(json.sentences.zh).toMatch(/[一-龥]/)
    if (answers !== undefined) expect(json).toMatchObject(answers)
    const { change } = json
    if (change?.actor !== undefined && change?.actor !== null)
      expect(log.map(({ metadata }) => (metadata as { actor?: string }).actor)).toContain(
        change.actor,
      )
  } finally {
    await world.close()
  }
})

test('there are more than forty of them', () => {
  expect(situations.length).toBeGreaterThan(40)
})
