// Why something is changed, as its caller says it: in the query string or in the body.
import { described, textUpTo } from '../described.ts'
import { saying, text } from './query.ts'

const reasonLengthMax = 500
const about = 'Why; it stands in the log.'

export const Reason = described(textUpTo(reasonLengthMax), { about })
export const reasonField = { reason: saying(text(reasonLengthMax), about) }
