// What an application of files did, or would do: for people a sign, a name and the fields that differ.
import { printable, shortened } from '../output/width.ts'
import type { Step } from './steps.ts'

const signs = { add: '+', change: '~', remove: '-', none: ' ' }

export const reportOf = (steps: readonly Step[], isDry: boolean): string => {
  const lines = steps.filter(({ action }) => action !== 'none').flatMap(linesOf)
  const count = (action: Step['action']): number =>
    steps.filter((step) => step.action === action && step.problem === null).length
  const failed = steps.filter(({ problem }) => problem !== null).length
  const total = `${count('add')} added, ${count('change')} changed, ${count('remove')} removed, ${count('none')} unchanged`
  const ending = isDry ? ' (dry run: nothing was changed)' : failed > 0 ? `, ${failed} failed` : ''
  return [...lines, total + ending].map((line) => `${line}\n`).join('')
}

const linesOf = ({ action, kind, name, differences, problem }: Step): readonly string[] => [
  `${signs[action]} ${kind} ${printable(name)}`,
  ...differences.map(
    ({ field, from, to }) => `    ${field}: ${valueText(from)} → ${valueText(to)}`,
  ),
  ...(problem === null ? [] : [`    failed: ${problem}`]),
]

export const stepsJson = (steps: readonly Step[], dryRun: boolean): string => {
  const told = steps.map(({ kind, name, action, differences, problem }) => ({
    ...{ kind, name, action, differences, problem },
  }))
  return `${JSON.stringify({ dryRun, steps: told })}\n`
}

const valueText = (value: string | null): string =>
  value === null ? '(none)' : shortened(printable(value), 200)
