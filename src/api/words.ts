// What every refusal says to people: one sentence in English and one in Chinese, naming what was
// refused. Exhaustive, so that a new kind of refusal does not compile before it has words.
import { isoOf } from '../domain/instant.ts'
import type { TaskId } from '../domain/task/ids.ts'
import type { FieldProblem, Refusal, Words } from './refusals.ts'

export const wordsOf = (refusal: Refusal): Words => {
  switch (refusal.type) {
    case 'TaskNotFound':
      return ofTask(refusal.taskId, (key) => [
        `Task ${key} does not exist.`,
        `任务 ${key} 不存在。`,
      ])
    case 'TaskAlreadyExists':
      return ofTask(refusal.taskId, (key) => [
        `Task ${key} already exists; to overwrite it, send replace=true to add.do, or leave out If-None-Match.`,
        `任务 ${key} 已存在；如需覆盖，add.do 请传 replace=true，REST 请去掉 If-None-Match。`,
      ])
    case 'TaskAlreadyCompleted':
      return ofTask(refusal.taskId, (key) => [
        `Task ${key} is completed: its schedule has no fire left, so it cannot be paused or resumed.`,
        `任务 ${key} 已完成：已无剩余触发，不能暂停或恢复。`,
      ])
    case 'ScheduleRefused':
    case 'ScheduleInvalid': {
      const { field, position, message } = refusal.problem
      const at =
        position === null
          ? ['', '']
          : [` at character ${position + 1}`, `第 ${position + 1} 个字符，`]
      return said(`${field}${at[0]!}: ${message.en}`, `${field}：${at[1]!}${message.zh}`)
    }
    case 'ScheduleNeverFires': {
      const asOf = isoOf(refusal.asOf)
      return ofTask(refusal.taskId, (key) => [
        `Task ${key} would never fire: its schedule has no instant after ${asOf}.`,
        `任务 ${key} 永远不会触发：${asOf} 之后没有计划时刻。`,
      ])
    }
    case 'CalendarNotFound': {
      const { name } = refusal.calendarId
      return said(`There is no calendar called ${name}.`, `没有名为 ${name} 的日历。`)
    }
    case 'CalendarAlreadyExists': {
      const { name } = refusal.calendarId
      return said(
        `There is a calendar called ${name} already; leave out If-None-Match to change it.`,
        `已有名为 ${name} 的日历；如需更改请去掉 If-None-Match。`,
      )
    }
    case 'BulkNotFound': {
      const { name } = refusal.bulkId
      return said(`There is no bulk command ${name}.`, `没有编号为 ${name} 的批量操作。`)
    }
    case 'CalendarInvalid': {
      const { field, message } = refusal.problem
      return said(`${field}: ${message.en}`, `${field}：${message.zh}`)
    }
    case 'MomentNotYet':
      return said(
        `${refusal.asOf} lies ahead: what is recorded can be shown as of the past alone.`,
        `${refusal.asOf} 尚未到来：只能回溯到过去的时间点。`,
      )
    case 'MomentForgotten': {
      const horizon = isoOf(refusal.horizon)
      return said(
        `The log no longer holds what was before ${horizon}; it cannot be shown as of then.`,
        `日志不再保留 ${horizon} 之前的内容，无法回溯到那时。`,
      )
    }
    case 'RevisionUnknown':
      return ofTask(refusal.taskId, (key) => [
        `Task ${key} has no version at revision ${refusal.revision}.`,
        `任务 ${key} 在流版本 ${refusal.revision} 处没有定义。`,
      ])
    case 'RunNotFound':
      return said(`Run ${refusal.runId} is not known.`, `执行 ${refusal.runId} 不存在。`)
    case 'RunAlreadyEnded':
      return said(
        `Run ${refusal.runId} has already ended; there is nothing to cancel.`,
        `执行 ${refusal.runId} 已结束，无可取消。`,
      )
    case 'RevisionConflict':
      return said(
        'Too many changes to this task at the same moment; nothing was changed, please repeat.',
        '该任务同时被多处修改；本次未做任何更改，请重试。',
      )
    case 'AppendTooLarge':
      return said(
        'The event store takes nothing that large; nothing was changed. A smaller payload helps.',
        '事件存储不接受如此大的内容；未做任何更改。请减小任务数据。',
      )
    case 'RevisionUnexpected':
      return revisionUnexpected(refusal)
    case 'StoreUnavailable':
      return storeUnavailable(refusal.outcome, refusal.reason)
    case 'UndecodableEvent':
      return said(
        `The log holds an event this version cannot read (${refusal.stream}, revision ${refusal.revision}).`,
        `事件日志中有当前版本无法读取的事件（${refusal.stream}，版本 ${refusal.revision}）。`,
      )
    case 'CursorInvalid':
      return said(
        'cursor: not a cursor of this list with these filters.',
        'cursor：不是此列表在当前筛选条件下的游标。',
      )
    case 'ReadModelUnavailable':
      return said(
        `The read models do not answer; please repeat. (${refusal.reason})`,
        '读模型暂不可用，请稍后重试。',
      )
    case 'RequestInvalid':
      return said(
        refusal.problems.map((problem) => named(problem, 'en')).join(' '),
        refusal.problems.map((problem) => named(problem, 'zh')).join(''),
      )
    case 'BodyTooLarge':
      return said(
        `The request body is larger than ${refusal.bytesMax} bytes.`,
        `请求体超过 ${refusal.bytesMax} 字节。`,
      )
    case 'BodyTooSlow':
      return said(
        `The request body did not arrive within ${refusal.limitMs} ms.`,
        `请求体未在 ${refusal.limitMs} 毫秒内传完。`,
      )
    case 'BodyCutShort':
      return said(
        'The connection ended before the whole request body had arrived.',
        '连接在请求体传完之前已断开。',
      )
    case 'PathUnknown':
      return said(`There is nothing at ${refusal.path}.`, `路径 ${refusal.path} 不存在。`)
    case 'MethodNotAllowed': {
      const allowed = refusal.allowed.join(', ')
      return said(
        `${refusal.method} is not possible here; use ${allowed}.`,
        `此处不支持 ${refusal.method}，请使用 ${allowed}。`,
      )
    }
    case 'IdempotencyKeyReused':
      return said(
        `Idempotency-Key ${refusal.key} was used for another request; nothing was changed.`,
        `Idempotency-Key ${refusal.key} 已用于另一个请求；未做任何更改。`,
      )
    case 'IdempotencyKeyBusy':
      return said(
        `The request with Idempotency-Key ${refusal.key} is still under way; please repeat.`,
        `Idempotency-Key 为 ${refusal.key} 的请求仍在处理中，请稍后重试。`,
      )
    case 'RunUnknown':
      return said(`Run ${refusal.runId} is not known here.`, `没有编号为 ${refusal.runId} 的执行。`)
    case 'RunForgotten': {
      const horizon = isoOf(refusal.horizon)
      return said(
        `Run ${refusal.runId} is not known here; runs from before ${horizon} are no longer kept.`,
        `没有编号为 ${refusal.runId} 的执行；${horizon} 之前的执行已不再保留。`,
      )
    }
    case 'ProjectionUnknown':
      return said(
        `There is no projection ${refusal.name}; it is read-models.`,
        `没有名为 ${refusal.name} 的投影，应为 read-models。`,
      )
    case 'NotVisibleYet':
      return said(
        `The read models did not come that far within ${refusal.waitedMs} ms; please repeat.`,
        `读模型在 ${refusal.waitedMs} 毫秒内未更新到所需位点，请重试。`,
      )
    case 'TooManyListeners':
      return said(
        `The feed has its ${refusal.listenersMax} listeners, or is closing; please come back.`,
        `实时推送的连接数已达上限 ${refusal.listenersMax}，或服务正在停止，请稍后重连。`,
      )
    case 'InternalError':
      return said(
        `An unexpected error; the log has it under request id ${refusal.requestId}.`,
        `内部错误；请以请求编号 ${refusal.requestId} 查看日志。`,
      )
  }
}

/** Both languages in one line, for callers who read only one field. */
export const inOneLine = (words: Words): string => `${words.en} ${words.zh}`

const said = (en: string, zh: string): Words => ({ en, zh })

const revisionUnexpected = ({
  expected,
  actual,
  changedAt,
}: Extract<Refusal, { type: 'RevisionUnexpected' }>): Words => {
  if (actual === null || changedAt === null)
    return said(
      `If-Match names revision ${expected}, and nothing is there; nothing was changed.`,
      `If-Match 指定的版本为 ${expected}，但此处没有任何内容；未做任何更改。`,
    )
  return expected > actual
    ? said(
        `If-Match names revision ${expected}, which has not been reached: the newest is ${actual}. Nothing was changed.`,
        `If-Match 指定的版本 ${expected} 尚不存在，最新版本为 ${actual}；未做任何更改。`,
      )
    : said(
        `If-Match names revision ${expected}; somebody changed it since, at revision ${changedAt}. Nothing was changed.`,
        `If-Match 指定的版本为 ${expected}，此后已在版本 ${changedAt} 被修改；未做任何更改。`,
      )
}

const ofTask = (taskId: TaskId, say: (key: string) => readonly [string, string]): Words => {
  const [en, zh] = say(`${taskId.group}/${taskId.job}`)
  return { en, zh }
}

const named = ({ field, message }: FieldProblem, language: keyof Words): string =>
  language === 'en' ? `${field}: ${message.en}` : `${field}：${message.zh}`

const storeUnavailable = (outcome: 'unknown' | 'nothing-written', reason: string): Words =>
  outcome === 'nothing-written'
    ? said(
        `The event store does not answer, nothing was changed; please repeat. (${reason})`,
        `事件存储暂不可用，未做任何更改，请稍后重试。`,
      )
    : said(
        `The event store does not answer; whether the change took effect is unknown, please look before repeating. (${reason})`,
        `事件存储暂不可用，无法确定更改是否已生效，请先查询再重试。`,
      )
