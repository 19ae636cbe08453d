// What a change rests on, as its caller says in headers: `If-Match` names the revision that was seen,
// `If-None-Match: *` that there was nothing. A task's `ETag` is the revision of its newest change, which
// fires do not move; any revision since is as good.
import * as E from 'fp-ts/lib/Either.js'
import type { TaskState } from '../../domain/task/state.ts'
import { Revision } from '../../event-store/event-store.ts'
import { invalid, type RequestRefusal } from '../refusals.ts'
import { problem } from './json-body.ts'
import type { Asked } from './question.ts'
import type { Fields } from './query.ts'

/** Null: the caller named none. */
export const seenRevision = ({
  request,
}: Asked<Fields>): E.Either<RequestRefusal, Revision | null> => {
  const nothing = request.headers['if-none-match']
  if (nothing !== undefined && nothing.trim() !== '*')
    return E.left(invalid([problem('If-None-Match', 'expected *.', '应为 *。')]))
  const given = request.headers['if-match']
  if (given === undefined) return E.right(null)
  const digits = /^"?(\d{1,15})"?$/.exec(given.trim())?.[1]
  const revision = Revision.decode(digits === undefined ? null : Number(digits))
  return E.isRight(revision)
    ? revision
    : E.left(
        invalid([
          problem('If-Match', 'expected one ETag, such as "7".', '应为单个 ETag，例如 "7"。'),
        ]),
      )
}

/** What is there already is not to be overwritten. */
export const expectsNothing = ({ request }: Asked<Fields>): boolean =>
  request.headers['if-none-match']?.trim() === '*'

/** What `If-Match` goes by; null: nothing was ever written. */
export const changeRevisionOf = (state: TaskState, revision: Revision | null): number | null =>
  revision === null ? null : revision - state.sinceChange
