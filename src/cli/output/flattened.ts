// A document as its leaves: `policy.retries.max` → `3`. Objects are entered; lists are leaves, and so
// are their elements' objects, because their places mean little to a reader.

/** In order of the document; absent and null leaves are left out. */
export const flattened = (document: object): ReadonlyMap<string, string> => {
  const leaves = new Map<string, string>()
  enter(document, '', leaves)
  return leaves
}

const enter = (value: object, path: string, leaves: Map<string, string>): void => {
  for (const [name, part] of Object.entries(value) as [string, unknown][]) {
    const at = path === '' ? name : `${path}.${name}`
    if (part === null || part === undefined) continue
    if (typeof part === 'object' && !Array.isArray(part) && Object.keys(part).length > 0)
      enter(part, at, leaves)
    else leaves.set(at, leafText(part))
  }
}

/** Texts as they are where that leaves no doubt, anything else as JSON. */
const leafText = (value: unknown): string => {
  const isPlain = typeof value === 'string' && value !== '' && value.trim() === value
  return isPlain ? value : JSON.stringify(value)
}
