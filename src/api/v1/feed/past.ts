// What listeners missed, read from the log page by page. They take turns, whoever they are, and a
// reading is followed by a pause as long as itself: a thousand who come back at once cost the service
// time, never its breath. Who asks for the same place shares one reading.
import * as E from 'fp-ts/lib/Either.js'
import type { Fault } from '../../../commands/faults.ts'
import type { EventStore } from '../../../event-store/event-store.ts'
import { decodePage } from '../../../projections/entry.ts'
import { sleep, type Clock } from '../../../runtime/clock.ts'
import { createQueue } from '../agenda/survey.ts'
import { changeOf } from './changes.ts'
import { stretchOf, type Place, type Stretch } from './stretch.ts'
import { pageEvents, prefixes } from './tail.ts'

type Read = Promise<E.Either<Fault, Stretch>>

export const createPast = ({
  store,
  clock,
}: {
  readonly store: EventStore
  readonly clock: Clock
}): ((place: Place) => Read) => {
  const inTurn = createQueue()
  const underWay = new Map<Place, Read>()

  const read = async (after: Place): Read => {
    const startedAt = clock.monotonicNow()
    const page = await store.readAll({ after, prefixes, limit: pageEvents })()
    const tookMs = clock.monotonicNow() - startedAt
    await sleep(clock, tookMs)
    if (E.isLeft(page)) return E.left({ ...page.left, outcome: 'nothing-written' })
    const { entries, fault } = decodePage(page.right, new Map())
    if (fault !== null && entries.length === 0) return E.left(fault)
    const through = fault === null ? page.right.through : entries.at(-1)?.recorded.position
    return E.right(stretchOf(after, through ?? after, entries.map(changeOf)))
  }

  return (place) => {
    const reading =
      underWay.get(place) ?? inTurn(() => read(place)).finally(() => underWay.delete(place))
    underWay.set(place, reading)
    return reading
  }
}
