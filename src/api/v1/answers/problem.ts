// What a refusal looks like: problem+json (RFC 9457).
import * as t from 'io-ts'
import { described, nullable } from '../../described.ts'
import { Whole } from './shared.ts'

const ProblemPart = described(
  t.type({
    field: t.string,
    position: nullable(Whole),
    message: t.string,
    messageZh: t.string,
  }),
  {
    name: 'ProblemPart',
    fields: { position: 'Index of the character that is wrong, where one can be named.' },
  },
)

export const Problem = described(
  t.intersection([
    t.type({
      type: t.string,
      title: t.string,
      status: Whole,
      detail: t.string,
      detailZh: t.string,
    }),
    t.partial({ problems: t.readonlyArray(ProblemPart) }),
  ]),
  {
    name: 'Problem',
    fields: {
      type: '`urn:carillon:problem:task-not-found`: stable, one for each kind of refusal.',
      problems: 'Which parts of the request are wrong, where parts can be named.',
    },
  },
)
