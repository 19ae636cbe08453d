// What goes in comes out: payloads, types and names in every script, whatever the storage escapes.
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { EventStore } from '../../../src/event-store/event-store.ts'
import {
  appended,
  append,
  category,
  eventsOf,
  newEvent,
  newStream,
  readToHead,
  streamName,
  wholeStream,
  type Check,
} from './kit.ts'

const payloads: readonly (readonly [string, unknown])[] = [
  ['Chinese and emoji', { 任务: '每日对账', note: '👩‍👩‍👧 ok', 𠮷: ['鬱', '\u200d', 'é', 'e\u0301'] }],
  ['quotes, backslashes and braces', { 'a"b\\c': `"{},\\'$$;--\\n` + '\\', x: '{"y":"\\"z\\""}' }],
  ['line ends and tabs', { text: 'a\nb\r\nc\td\u2028e\u2029f\u0085g' }],
  [
    'numbers',
    [
      0,
      -1,
      0.1,
      1e21,
      5e-324,
      1.7976931348623157e308,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      123456789012345680000,
    ],
  ],
  ['nesting', nested(60)],
  ['scalars and empties', [null, true, false, '', {}, [], [[]], { '': null }]],
  ['a hundred kilobytes', { blob: '统一调度 scheduling '.repeat(5_000) }],
]

export const fidelityContract = (check: Check): void => {
  for (const [name, payload] of payloads) {
    check(`payloads come back as they were: ${name}`, ({ store }) => comesBack(store, payload))
  }

  check('payloads come back as they were: null characters and lone surrogates', ({ store }) =>
    comesBack(store, { text: 'a\u0000b\u0001\u001f', lone: 'x\ud800y', '\u0000': '\u0000' }),
  )

  check('payloads may be scalars', async ({ store }) => {
    for (const payload of [null, 7, 'text', false, [1, 2]]) await comesBack(store, payload)
  })

  check('types come back as they were', async ({ store }) => {
    const types = ['TaskAdded', '任务已添加', `it's "quoted", {braced} \\ and\nbroken`, 'NULL', '']
    const stream = newStream()
    await append(
      store,
      stream,
      'none',
      types.map((type) => newEvent({}, type)),
    )
    expect((await wholeStream(store, stream)).map((e) => e.type)).toEqual(types)
  })

  check('stream names are told apart letter by letter', async ({ store }) => {
    const of = category()
    const names = [
      'a',
      'A',
      'a ',
      ' a',
      'ａ',
      'é',
      'e\u0301',
      '默认/对账/每日',
      '%E9%BB%98',
      `'"\\{},`,
    ]
    for (const name of names) {
      const stream = streamName(`${of}-${name}`)
      const { revision } = appended(await append(store, stream, 'none', [newEvent({ name })]))
      expect(revision).toBe(0)
    }
    const log = eventsOf(await readToHead(store, { after: null, prefixes: [`${of}-`], limit: 100 }))
    expect(log.map((e) => e.stream)).toEqual(names.map((name) => `${of}-${name}`))
    expect(log.map((e) => e.data)).toEqual(names.map((name) => ({ name })))
  })

  check('a stream name may have 2,000 characters', async ({ store }) => {
    const start = `${category()}-`
    const unlike = Array.from({ length: 60 }, () => randomUUID()).join('')
    const long = `${start}${unlike}`.slice(0, 1_998)
    for (const name of [`${long}-a`, `${long}-b`]) {
      const stream = streamName(name)
      appended(await append(store, stream, 'none', [newEvent()]))
      expect((await wholeStream(store, stream)).map((e) => e.stream)).toEqual([name])
    }
  })

  check('the store notes when an event was recorded', async ({ store }) => {
    const stream = newStream()
    await append(store, stream, 'none', [newEvent()])
    const [event] = await wholeStream(store, stream)
    expect(Math.abs((event?.recordedAtMs ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(Number.isInteger(event?.recordedAtMs)).toBe(true)
  })
}

const comesBack = async (store: EventStore, payload: unknown): Promise<void> => {
  const of = category()
  const stream = newStream(of)
  const event = { ...newEvent(payload), metadata: { payload, actor: '操作人' } }
  await append(store, stream, 'none', [event])
  const [read] = await wholeStream(store, stream)
  const [logged] = eventsOf(
    await readToHead(store, { after: null, prefixes: [`${of}-`], limit: 10 }),
  )
  expect(read).toEqual({
    ...event,
    stream,
    revision: 0,
    position: read?.position,
    recordedAtMs: read?.recordedAtMs,
  })
  expect(logged).toEqual(read)
}

function nested(depth: number): unknown {
  return depth === 0 ? '底' : { depth, inner: [nested(depth - 1)] }
}
