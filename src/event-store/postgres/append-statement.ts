// One batch of appends as the arguments of carillon_log.append, and its answer as outcomes. Arrays
// travel as text: numbers and UUIDs need no quoting, and JSON never holds a raw line end, so that a
// line for each document needs no escaping either.
import assert from 'node:assert'
import type { AppendOutcome, StreamAppend } from '../event-store.ts'
import { revisionOf } from '../checked.ts'
import type { Database, Row, Statement } from './connections.ts'
import type { KnownHeads } from './known-heads.ts'
import { positionFrom } from './position.ts'
import type { StreamNumbers } from './stream-numbers.ts'

/** An append as it will be sent, its events already lists: encoded once, however often it is sent. */
export interface EncodedAppend {
  readonly stream: string
  readonly expected: number
  readonly count: number
  readonly ids: string
  readonly types: string
  readonly data: string
  readonly metadata: string
  readonly bytes: number
}

const expectedNone = -1
const expectedAny = -2

export const encodeAppend = ({ stream, expected, events }: StreamAppend): EncodedAppend => {
  let [ids, types, data, metadata] = ['', '', '', '']
  let [comma, line] = ['', '']
  for (const event of events) {
    ids += comma + event.id
    types += comma + elementFrom(event.type)
    data += line + JSON.stringify(event.data)
    metadata += line + JSON.stringify(event.metadata)
    ;[comma, line] = [',', '\n']
  }
  return {
    stream,
    expected: expected === 'none' ? expectedNone : expected === 'any' ? expectedAny : expected,
    count: events.length,
    ids,
    types,
    data,
    metadata,
    bytes: data.length + metadata.length,
  }
}

const appendStatement: Statement = {
  name: 'append',
  text: 'CALL carillon_log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, null, null)',
}

export const runAppend = async (
  database: Database,
  { numbers, heads }: { readonly numbers: StreamNumbers; readonly heads: KnownHeads },
  writer: string,
  batch: readonly EncodedAppend[],
): Promise<readonly AppendOutcome[]> => {
  const known = batch.map(({ stream }) => numbers.numberOf(stream) ?? 0)
  const order = inStreamOrder(known)
  const vouched = known.includes(0) ? null : heads.vouch(batch)
  const values = [...argumentsOf(batch, known, order, writer), vouched]
  const [row] = await database.run(appendStatement, values)
  const outcomes = outcomesOf(batch, order, row, numbers)
  heads.learn(Number(row?.[1]), batch, outcomes)
  return outcomes
}

/** Writers that meet in several streams meet in the same order; streams not known yet come last. */
const inStreamOrder = (known: readonly number[]): readonly number[] => {
  const rank = (place: number): number => known[place] || Number.MAX_SAFE_INTEGER
  return known.map((_, place) => place).sort((a, b) => rank(a) - rank(b))
}

const argumentsOf = (
  batch: readonly EncodedAppend[],
  known: readonly number[],
  order: readonly number[],
  writer: string,
): readonly unknown[] => {
  const ordered: EncodedAppend[] = []
  const lasts: number[] = []
  const owners: number[] = []
  const offsets: number[] = []
  for (const place of order) {
    const append = batch[place]
    assert(append !== undefined)
    ordered.push(append)
    for (let offset = 0; offset < append.count; offset += 1) {
      owners.push(ordered.length)
      offsets.push(offset)
    }
    lasts.push(owners.length)
  }
  const nameless = (place: number): string =>
    known[place] === 0 ? (batch[place]?.stream ?? '') : ''
  return [
    writer,
    known.includes(0) ? textArray(order.map(nameless)) : null,
    arrayOf(order.map((place) => known[place] ?? 0)),
    arrayOf(ordered.map(({ expected }) => expected)),
    arrayOf(lasts),
    arrayOf(ordered.map(({ count }) => count)),
    arrayOf(owners),
    arrayOf(offsets),
    arrayOf(ordered.map(({ ids }) => ids)),
    arrayOf(ordered.map(({ types }) => types)),
    ordered.map(({ data }) => data).join('\n'),
    ordered.map(({ metadata }) => metadata).join('\n'),
  ]
}

const outcomesOf = (
  batch: readonly EncodedAppend[],
  order: readonly number[],
  row: Row | undefined,
  numbers: StreamNumbers,
): readonly AppendOutcome[] => {
  const [ids, , heads, positions] = (row ?? []).map(elementsOf)
  const outcomes = new Array<AppendOutcome>(batch.length)
  order.forEach((place, index) => {
    const head = heads?.[index]
    const position = positions?.[index]
    assert(head !== undefined && position !== undefined, 'an outcome for each append')
    const id = ids?.[index]
    if (id !== undefined && id !== '0') numbers.learn(batch[place]?.stream ?? '', Number(id))
    outcomes[place] = outcomeOf(Number(head), position)
  })
  return outcomes
}

const outcomeOf = (head: number, position: string): AppendOutcome =>
  position === '0'
    ? { type: 'Conflict', actual: head < 0 ? null : revisionOf(head) }
    : { type: 'Appended', revision: revisionOf(head), position: positionFrom(position) }

const arrayOf = (elements: readonly (number | string)[]): string => `{${elements.join(',')}}`

export const textArray = (elements: readonly string[]): string => arrayOf(elements.map(elementFrom))

const elementFrom = (text: string): string =>
  plainWord.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`

/** What stands in an array without quotes; NULL does not. */
const plainWord = /^(?!null$)[A-Za-z][A-Za-z0-9_-]*$/i

const elementsOf = (array: string | null): readonly string[] =>
  array === null || array.length <= 2 ? [] : array.slice(1, -1).split(',')
