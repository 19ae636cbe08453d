// `add.do`: parameters in, a whole definition with every default filled in out, or everything that
// is wrong with them at once. Decides nothing about the task itself: whether it exists, and whether
// its schedule ever fires, is the domain's to say.
import * as E from 'fp-ts/lib/Either.js'
import {
  dataBytesMax,
  retentionDaysMax,
  type RecallPolicy,
  type TaskDefinition,
} from '../../../domain/task/definition.ts'
import { type KeyPart } from '../../../domain/task/ids.ts'
import { Fields } from './fields.ts'
import { jsonText, type JsonObject } from './json.ts'
import { type Parameters } from './parameters.ts'
import { type Problem } from './problem.ts'
import { decodeData, decodePolicy, decodeTarget } from './recall.ts'
import { decodeSchedule, type ScheduleDefaults } from './schedule.ts'

export interface AddDefaults extends ScheduleDefaults {
  readonly policy: RecallPolicy
}

export interface AddRequest {
  readonly group: KeyPart
  readonly job: KeyPart
  readonly definition: TaskDefinition
  readonly replace: boolean
}

export const decodeAdd = (
  parameters: Parameters,
  defaults: AddDefaults,
): E.Either<readonly Problem[], AddRequest> => {
  const problems: Problem[] = []
  const request = readAdd(new Fields(parameters, '', problems), defaults)
  return problems.length > 0 || request === null ? E.left(problems) : E.right(request)
}

/** Null where something is missing or wrong; what it is stands among the problems. */
export const readAdd = (request: Fields, defaults: AddDefaults): AddRequest | null => {
  const replace = request.boolean('replace') ?? false
  const recall = requiredObject(request, 'recallConfig')
  const task = requiredObject(request, 'taskConfig')
  const called = recall === null ? null : decodeRecall(recall, defaults.policy)
  const planned = task === null ? null : decodeTask(task, defaults)
  const extraJson = extrasOf(request, {
    recallConfig: called?.rest ?? {},
    taskConfig: planned?.rest ?? {},
  })
  if (called === null || planned === null) return null
  const { target, dataJson, policy } = called
  const { group, job, schedule, priority, name, description, retentionDays } = planned
  if (target === null || group === null || job === null || schedule === null) return null
  const definition = {
    schedule,
    recall: target,
    dataJson,
    priority,
    name,
    description,
    policy,
    extraJson,
    ...(retentionDays === null ? {} : { retentionDays }),
  }
  return { group, job, definition, replace }
}

const decodeRecall = (recall: Fields, defaults: RecallPolicy) => {
  const { target, rest } = decodeTarget(recall)
  const dataJson = decodeData(recall)
  const policy = decodePolicy(recall, defaults)
  return { target, dataJson, policy, rest: { ...recall.rest(), ...named('option', rest) } }
}

const int32 = { min: -2_147_483_648, max: 2_147_483_647 }

const decodeTask = (task: Fields, defaults: ScheduleDefaults) => {
  const job = task.keyPart('jobCode')
  const group = task.keyPart('groupCode')
  const priority = task.integer('priority', int32) ?? 0
  const name = task.text('name', 200)
  const description = task.text('description', 2_000)
  const retentionDays = task.integer('retentionDays', { min: 1, max: retentionDaysMax })
  const { schedule, timeRest } = decodeSchedule(task, defaults)
  const rest = { ...task.rest(), ...named('timeConfig', timeRest) }
  return { job, group, priority, name, description, retentionDays, schedule, rest }
}

const requiredObject = (request: Fields, name: string): Fields | null => {
  const object = request.nested(name)
  if (!request.has(name)) request.missing(name)
  return object
}

/** Unknown fields of every level in their places, as JSON text; null when there are none. */
const extrasOf = (request: Fields, nested: Readonly<Record<string, JsonObject>>): string | null => {
  const extras = { ...request.rest() }
  for (const [name, rest] of Object.entries(nested)) Object.assign(extras, named(name, rest))
  if (Object.keys(extras).length === 0) return null
  const extraJson = jsonText(extras)
  if (Buffer.byteLength(extraJson, 'utf8') <= dataBytesMax) return extraJson
  return request.complain(
    'body',
    `Fields beyond those of the protocol may have at most ${dataBytesMax} bytes.`,
    `协议之外的字段合计不能超过 ${dataBytesMax} 字节。`,
  )
}

const named = (name: string, rest: JsonObject): JsonObject =>
  Object.keys(rest).length === 0 ? {} : { [name]: rest }
