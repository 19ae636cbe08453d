// What the server answered to one append. A success may be the recognition of a repeat: its revision
// is that of the repeated events then, not the head, and its position is missing when the events
// were truncated since.
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { Status } from '@eventstore/db-client/generated/status_pb.js'
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { revisionOf } from '../checked.ts'
import type { Position, Revision, StoreUnavailable } from '../event-store.ts'
import { unavailable } from './faults.ts'
import { positionAt } from './positions.ts'

export type AppendReply =
  | { readonly type: 'Appended'; readonly revision: Revision; readonly position: Position }
  | { readonly type: 'AppendedLongAgo'; readonly revision: Revision }
  | { readonly type: 'Conflict'; readonly actual: Revision | null }
  | StoreUnavailable

const refusals = new Set([
  'AccessDenied',
  'StreamDeleted',
  'MaximumAppendSizeExceeded',
  'BadRequest',
])

const failureOf = (status: Status): AppendReply => {
  const details = status.getDetails()
  const name = details?.getTypeName() ?? ''
  const conflict = details?.unpack(
    (bytes) => shared.WrongExpectedVersion.deserializeBinary(bytes),
    'event_store.client.WrongExpectedVersion',
  )
  if (conflict) {
    const known = conflict.hasCurrentStreamRevision()
    return {
      type: 'Conflict',
      actual: known ? revisionOf(Number(conflict.getCurrentStreamRevision())) : null,
    }
  }
  const kind = name.slice(name.lastIndexOf('.') + 1)
  const said = status.getMessage() || kind
  return unavailable(`the append was not done: ${said}`, !refusals.has(kind))
}

export const appendReplyOf = (answer: BatchAppendResp): AppendReply => {
  const success = answer.getSuccess()
  if (success !== undefined) {
    const revision = revisionOf(Number(success.getCurrentRevision()))
    const place = success.getPosition()
    if (place === undefined) return { type: 'AppendedLongAgo', revision }
    const position = positionAt(place.getCommitPosition(), place.getPreparePosition())
    return { type: 'Appended', revision, position }
  }
  const error = answer.getError()
  return error === undefined ? unavailable('an answer without a result') : failureOf(error)
}
