// The server refuses an event without a type; the port does not. So the empty type is stored as a
// percent sign, and one more percent sign stands before types that begin with it.
const mark = '%'

export const storedTypeOf = (type: string): string =>
  type === '' || type.startsWith(mark) ? mark + type : type

export const typeOf = (stored: string): string =>
  stored.startsWith(mark) ? stored.slice(mark.length) : stored
