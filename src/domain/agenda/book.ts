// Every task of a tenant by the rule it fires by, changed task by task: tasks that plan the same
// instants share one. Who asks about the tenant or about a group finds its rules without a look at
// anybody else's tasks.
import type { Schedule } from '../schedule/schedule.ts'
import type { Exclusions } from '../schedule/settle.ts'
import type { TaskId } from '../task/ids.ts'
import { createRuleSet, noRules, ruleSetOfTask } from './rule-set.ts'
import type { GrowingRuleSet, RuleSet } from './rule-set.ts'
import { ruleOf, type SharedRule, type Standing } from './standing.ts'
import { createTaskList, tasksOfGroup, type TaskList } from './task-list.ts'

export interface RuleBook {
  /** How a task stands now, whatever it planned before. */
  readonly put: (standing: Standing) => void
  readonly all: () => RuleSet
  readonly ofGroup: (group: string) => RuleSet
  readonly ofTask: (group: string, job: string) => RuleSet
}

interface Group {
  readonly rules: GrowingRuleSet
  readonly byJob: Map<string, { readonly entry: Entry; readonly task: TaskId }>
}

interface Entry {
  readonly rule: SharedRule
  readonly members: TaskList
  readonly forget: () => void
}

export const createRuleBook = (
  exclusionsOf: (schedule: Schedule) => Exclusions | null,
): RuleBook => {
  const bySchedule = new Map<Schedule, Map<string, Entry>>()
  const all = createRuleSet()
  const groups = new Map<string, Group>()

  const entryOf = (standing: Standing): Entry | null => {
    const { schedule } = standing
    const rule = ruleOf(standing, exclusionsOf(schedule))
    if (rule === null) return null
    const { startAt, repeatCount } = rule.trigger
    const key = `${startAt} ${repeatCount} ${rule.spreadMs} ${rule.silentThrough}`
    const entries = bySchedule.get(schedule) ?? new Map<string, Entry>()
    const known = entries.get(key)
    if (known !== undefined) return known
    const members = createTaskList()
    const forget = (): void => {
      entries.delete(key)
      if (entries.size === 0) bySchedule.delete(schedule)
    }
    const entry = { rule: { ...rule, tasks: members.ordered }, members, forget }
    bySchedule.set(schedule, entries.set(key, entry))
    return entry
  }

  const groupOf = (group: string): Group => {
    const known = groups.get(group)
    if (known !== undefined) return known
    const rules = createRuleSet((rule) => tasksOfGroup(rule.tasks(), group))
    const made = { rules, byJob: new Map<string, { entry: Entry; task: TaskId }>() }
    groups.set(group, made)
    return made
  }

  const move = ({ rule, members, forget }: Entry, { rules }: Group, task: TaskId, by: 1 | -1) => {
    if (by === 1) members.add(task)
    else members.remove(task)
    if (members.size() === 0) forget()
    all.change(rule, by)
    rules.change(rule, by)
  }

  const put = (standing: Standing): void => {
    const { taskId: task } = standing
    const group = groupOf(task.group)
    const before = group.byJob.get(task.job)
    const entry = entryOf(standing)
    if (entry !== null && before?.entry === entry) return
    if (before !== undefined) move(before.entry, group, before.task, -1)
    if (entry === null) group.byJob.delete(task.job)
    else {
      move(entry, group, task, 1)
      group.byJob.set(task.job, { entry, task })
    }
  }

  return {
    put,
    all: () => all,
    ofGroup: (group) => groups.get(group)?.rules ?? noRules,
    ofTask: (group, job) => {
      const found = groups.get(group)?.byJob.get(job)
      return found === undefined ? noRules : ruleSetOfTask(found.entry.rule, found.task)
    },
  }
}
