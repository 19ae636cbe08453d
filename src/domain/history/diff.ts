// What differs between two versions of a task, field by field, in the names the API uses. Objects
// are compared inside; lists and payloads as a whole.
import { TaskDefinition } from '../task/definition.ts'

export interface FieldChange {
  /** `schedule.expression`, `policy.retries.max`. */
  readonly field: string
  /** Null also where the field was not there. */
  readonly from: unknown
  readonly to: unknown
}

/** In order of the fields' names. */
export const differences = (from: TaskDefinition, to: TaskDefinition): readonly FieldChange[] => {
  const before = flattened(TaskDefinition.encode(from), '')
  const after = flattened(TaskDefinition.encode(to), '')
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((field) => {
    const [was, is] = [before.get(field) ?? null, after.get(field) ?? null]
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ field, from: was, to: is }]
  })
}

const flattened = (value: object, path: string): Map<string, unknown> =>
  new Map(
    Object.entries(value).flatMap(([name, part]: [string, unknown]): [string, unknown][] =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? [...flattened(part, `${path}${name}.`)]
        : [[path + name, part]],
    ),
  )
