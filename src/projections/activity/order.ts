// The order of a list of activity, and a place in it.
import * as t from 'io-ts'
import { sql } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'

export const newestFirst = sql`order by at desc, seq desc`

export const ActivityKey = t.type({ at: InstantFromNumber, seq: t.number })
export type ActivityKey = t.TypeOf<typeof ActivityKey>
