// A run's id as it is typed.
import { usageProblem } from '../command.ts'

export const onlyRunId = (positionals: readonly string[]): string => {
  const [runId, ...more] = positionals
  if (runId === undefined || more.length > 0 || !/^[0-9a-f]{32}$/.test(runId))
    throw usageProblem('Which run? Expected one run id: 32 hexadecimal digits.')
  return runId
}
