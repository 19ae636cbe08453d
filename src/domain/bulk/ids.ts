// A bulk's id is unique in its tenant; its streams are named after both.
import * as t from 'io-ts'
import { KeyPart } from '../task/ids.ts'

interface BulkNameBrand {
  readonly BulkName: unique symbol
}

/** A UUID: the correlation id of everything the bulk does. */
export const BulkName = t.brand(
  t.string,
  (s): s is t.Branded<string, BulkNameBrand> =>
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(s),
  'BulkName',
)
export type BulkName = t.TypeOf<typeof BulkName>

export const BulkId = t.readonly(t.type({ tenant: KeyPart, name: BulkName }), 'BulkId')
export type BulkId = t.TypeOf<typeof BulkId>

/** How far it has come: `bulk-<tenant>/<id>`. */
export const streamOfBulk = ({ tenant, name }: BulkId): string =>
  `bulk-${encodeURIComponent(tenant)}/${name}`

/** Which tasks it is about: `bulktargets-<tenant>/<id>`. */
export const streamOfTargets = ({ tenant, name }: BulkId): string =>
  `bulktargets-${encodeURIComponent(tenant)}/${name}`
