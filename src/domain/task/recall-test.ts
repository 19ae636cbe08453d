// A call that somebody tried, outside any task: recorded in its tenant's stream of tests, and never a run.
// THE NAME AND SHAPE ARE STORAGE FORMAT.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Instant } from '../instant.ts'
import { problemsOf } from '../problems.ts'
import { RecallTarget } from './definition.ts'
import { AttemptReport } from './events.ts'
import { KeyPart, RunId } from './ids.ts'

export const RecallTested = t.readonly(
  t.exact(
    t.type({
      testId: RunId,
      target: RecallTarget,
      testedAt: Instant,
      outcome: t.keyof({ succeeded: null, accepted: null, failed: null }),
      reason: t.union([t.string, t.null]),
      resultValue: t.union([t.string, t.null]),
      report: AttemptReport,
    }),
  ),
)
export type RecallTested = t.TypeOf<typeof RecallTested>

export const recallTested = 'RecallTested'
export const testsStreamPrefix = 'tests-'

export const streamOfTests = (tenant: KeyPart): string =>
  `${testsStreamPrefix}${encodeURIComponent(tenant)}`

/** Left: one line for each problem. */
export const decodeRecallTested = (
  stream: string,
  { type, data }: { readonly type: string; readonly data: unknown },
): E.Either<readonly string[], { readonly tenant: KeyPart; readonly test: RecallTested }> => {
  if (type !== recallTested) return E.left([`unknown event type ${type}`])
  const named = E.tryCatch(
    () => decodeURIComponent(stream.slice(testsStreamPrefix.length)),
    () => null,
  )
  const tenant = KeyPart.decode(E.isRight(named) ? named.right : null)
  if (E.isLeft(tenant)) return E.left([`no tenant is named by the stream ${stream}`])
  const test = RecallTested.decode(data)
  return E.isLeft(test)
    ? E.left(problemsOf(test.left))
    : E.right({ tenant: tenant.right, test: test.right })
}
