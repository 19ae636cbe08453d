// JSON Merge Patch (RFC 7396): objects are merged, null removes, anything else replaces.
import { isObject, type JsonFields } from './json-body.ts'

export const mergePatch = (target: JsonFields, patch: JsonFields): JsonFields => {
  const merged = new Map(Object.entries(target))
  for (const [name, value] of Object.entries(patch)) {
    const before = merged.get(name)
    if (value === null) merged.delete(name)
    else if (isObject(value)) merged.set(name, mergePatch(isObject(before) ? before : {}, value))
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}
