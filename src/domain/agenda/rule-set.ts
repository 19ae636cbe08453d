// The rules that some tasks fire by (those of a tenant, of a group, or one alone) and how many of the
// tasks by each. It remembers its newest changes, so that what was computed from it can be brought up
// to date instead of being computed again.
import type { TaskId } from '../task/ids.ts'
import type { SharedRule } from './standing.ts'

export interface RuleChange {
  readonly rule: SharedRule
  /** So many more tasks fire by it, or fewer. */
  readonly by: number
  /** The rule came with this change; it left with it. */
  readonly joined: boolean
  readonly left: boolean
}

export interface RuleSet {
  readonly weights: ReadonlyMap<SharedRule, number>
  /** Changes so far. */
  readonly version: () => number
  /** What changed after a version; null: that is too long ago. */
  readonly changesSince: (version: number) => readonly RuleChange[] | null
  /** In order of group, then job. */
  readonly tasksOf: (rule: SharedRule) => readonly TaskId[]
}

export interface GrowingRuleSet extends RuleSet {
  readonly change: (rule: SharedRule, by: number) => void
}

const changesKeptMax = 2_000

export const createRuleSet = (
  tasksOf: RuleSet['tasksOf'] = (rule) => rule.tasks(),
): GrowingRuleSet => {
  const weights = new Map<SharedRule, number>()
  const changes: RuleChange[] = []
  let version = 0
  return {
    weights,
    tasksOf,
    version: () => version,
    changesSince: (from) => {
      const missed = version - from
      return missed > changes.length ? null : changes.slice(changes.length - missed)
    },
    change: (rule, by) => {
      const before = weights.get(rule) ?? 0
      const after = before + by
      if (after === 0) weights.delete(rule)
      else weights.set(rule, after)
      version += 1
      changes.push({ rule, by, joined: before === 0, left: after === 0 })
      if (changes.length >= 2 * changesKeptMax) changes.splice(0, changesKeptMax)
    },
  }
}

/** One task alone. */
export const ruleSetOfTask = (rule: SharedRule, task: TaskId): RuleSet => {
  const alone = createRuleSet(() => [task])
  alone.change(rule, 1)
  return alone
}

export const noRules: RuleSet = createRuleSet()
