// An explanation as one sentence in each language, with times as the wall of the task's zone shows
// them. Exhaustive: a new verdict does not compile before it has words.
import * as E from 'fp-ts/lib/Either.js'
import { isoOf, type Instant } from '../instant.ts'
import { localTime } from '../schedule/local-time.ts'
import { words, type Words } from '../schedule/words-lists.ts'
import { findZone } from '../schedule/zone.ts'
import type { OutageCause } from './outages.ts'
import { inTimeMs, type ExplainedRun, type Explanation } from './explanation.ts'

export const wordsOfExplanation = (explanation: Explanation, zone: string): Words => {
  const { en, zh } = wordsOfVerdict(explanation, zone)
  const outage = wordsOfOutage(explanation, clockOf(zone))
  return words(en + outage.en, zh + outage.zh)
}

const wordsOfVerdict = (explanation: Explanation, zone: string): Words => {
  const time = clockOf(zone)
  const { change, run, nearest } = explanation
  const at = time(explanation.at)
  const since = change === null ? '' : time(change.at)
  const by = whoAndWhy(change)
  switch (explanation.verdict) {
    case 'fired':
      return run === null ? words('', '') : firedWords(explanation.at, run, time, by)
    case 'paused':
      return explanation.decided
        ? withCatchUp(
            run,
            time,
            words(
              `Did not fire at ${at}: the task was paused${since && ` at ${since}`}${by.en}.`,
              `${at} 未触发：任务${since && `于 ${since} `}被暂停${by.zh}。`,
            ),
          )
        : words(
            `Does not fire at ${at}: the task has been paused since ${since}${by.en}; what becomes of it is decided on resuming.`,
            `${at} 不触发：任务自 ${since} 起暂停${by.zh}；恢复时再作判定。`,
          )
    case 'replaced':
      return words(
        `Did not fire at ${at}: the task was replaced${since && ` at ${since}`}${by.en} before this occurrence was decided.`,
        `${at} 未触发：该计划时刻判定之前，任务${since && `于 ${since} `}被覆盖${by.zh}。`,
      )
    case 'deleted':
      return words(
        `No fire at ${at}: the task was deleted${since && ` at ${since}`}${by.en}.`,
        `${at} 不触发：任务${since && `于 ${since} `}被删除${by.zh}。`,
      )
    case 'misfired':
      return withCatchUp(
        run,
        time,
        words(
          `Did not fire at ${at}: nobody decided it in time, and the misfire instruction ${explanation.misfire} skipped it.`,
          `${at} 未触发：未能及时判定，按错过触发策略 ${explanation.misfire} 跳过。`,
        ),
      )
    case 'overlapping':
      return explanation.overlap === 'queueOne'
        ? words(
            `Did not fire at ${at}: run ${explanation.blockedBy} was waiting for its turn, and the task lets only one wait.`,
            `${at} 未触发：执行 ${explanation.blockedBy} 正在排队，该任务最多排队一次执行。`,
          )
        : words(
            `Did not fire at ${at}: run ${explanation.blockedBy} was still going, and the task does not overlap.`,
            `${at} 未触发：执行 ${explanation.blockedBy} 尚未结束，该任务不允许重叠执行。`,
          )
    case 'calendar':
      return calendarWords(explanation, at)
    case 'catch-up-limit':
      return words(
        `Did not fire at ${at}: it was missed, and the limits on catch-up (at most ${explanation.catchUpMax}) kept it back.`,
        `${at} 未触发：已错过，且超出补偿执行的限制（最多 ${explanation.catchUpMax} 次）。`,
      )
    case 'expired':
      return words(
        `Did not fire at ${at}: it was too old to be of use when it could be decided.`,
        `${at} 未触发：可判定时已过期。`,
      )
    case 'not-added':
      return words(
        `No fire at ${at}: the task was only added at ${since}${by.en}.`,
        `${at} 不触发：任务尚未添加，添加于 ${since}${by.zh}。`,
      )
    case 'ended':
      if (change === null) return lastWords(at, nearest?.before ?? null, time)
      return words(
        `No fire at ${at}: the task completed at ${since}; its schedule has no fire left.`,
        `${at} 不触发：任务已于 ${since} 完成，没有剩余的计划时刻。`,
      )
    case 'undecided':
      return explanation.outage === null
        ? words(
            `${at} is due, but not decided yet: the service has not come that far.`,
            `${at} 已到期但尚未判定：服务尚未处理到该时刻。`,
          )
        : words(`${at} is due, but not decided yet.`, `${at} 已到期但尚未判定。`)
    case 'planned': {
      const due = explanation.dueAt
      return due === null
        ? words(`Will fire at ${at}, as things stand.`, `按当前调度规则，将于 ${at} 触发。`)
        : words(
            `Planned for ${at}; with the task's jitter it will fire at ${time(due)}, as things stand.`,
            `计划于 ${at}；按任务的抖动设置，将于 ${time(due)} 触发。`,
          )
    }
    case 'not-on-schedule': {
      const [before, after] = [nearest?.before ?? null, nearest?.after ?? null]
      const shown = (instant: Instant | null, none: string) =>
        instant === null ? none : time(instant)
      const until =
        change === null
          ? words('', '')
          : words(
              ` It was, until the task was replaced at ${since}${by.en}.`,
              `任务于 ${since} 被覆盖之前曾有该时刻${by.zh}。`,
            )
      return words(
        `${at} is not on the schedule; nearest before: ${shown(before, 'none')}, nearest after: ${shown(after, 'none')}.${until.en}`,
        `${at} 不在调度规则内；之前最近的计划时刻：${shown(before, '无')}，之后最近的计划时刻：${shown(after, '无')}。${until.zh}`,
      )
    }
  }
}

const clockOf = (zone: string): ((instant: Instant) => string) => {
  const found = findZone(zone)
  return E.isLeft(found) ? isoOf : (instant) => localTime(found.right, instant).text
}

const wordsOfOutage = ({ outage }: Explanation, time: (instant: Instant) => string): Words => {
  if (outage === null) return words('', '')
  const from = time(outage.from)
  const because = outageWords[outage.because]
  return outage.to === null
    ? words(
        ` The service has been down since ${from} (${outage.node} ${because.en}).`,
        `服务自 ${from} 起未运行（${outage.node} ${because.zh}）。`,
      )
    : words(
        ` The service was down from ${from} to ${time(outage.to)} (${outage.node} ${because.en}).`,
        `服务在 ${from} 至 ${time(outage.to)} 期间未运行（${outage.node} ${because.zh}）。`,
      )
}

const outageWords = {
  stopped: words('had stopped', '已停止'),
  lost: words('was lost', '已失联'),
  suspended: words('stood still', '曾被挂起'),
  clock: words('could not tell the time', '无法确认时间'),
} as const satisfies Record<OutageCause, Words>

const whoAndWhy = (change: Explanation['change']): Words => {
  const { actor = null, reason = null } = change ?? {}
  const by = words(actor === null ? '' : ` by ${actor}`, actor === null ? '' : `，操作人：${actor}`)
  return reason === null ? by : words(`${by.en} (reason: ${reason})`, `${by.zh}，原因：${reason}`)
}

const outcomeWords = {
  running: words('is running', '执行中'),
  retrying: words('is being tried again', '重试中'),
  accepted: words('was accepted and will report', '已受理，等待回报'),
  succeeded: words('succeeded', '成功'),
  failed: words('failed', '失败'),
  'timed-out': words('timed out', '超时'),
  cancelled: words('was withdrawn', '已撤回'),
} as const satisfies Record<ExplainedRun['outcome'], Words>

const firedWords = (
  planned: Instant,
  run: ExplainedRun,
  time: (instant: Instant) => string,
  by: Words,
): Words => {
  const { runId, cause, outcome } = run
  const ended = outcomeWords[outcome]
  const [at, decidedAt] = [time(planned), time(run.decidedAt)]
  switch (cause) {
    case 'schedule':
      return run.decidedAt - planned > inTimeMs
        ? words(
            `Fired for ${at} at ${decidedAt}: run ${runId} ${ended.en}.`,
            `${at} 的计划已于 ${decidedAt} 触发：执行 ${runId} ${ended.zh}。`,
          )
        : words(
            `Fired at ${at}: run ${runId} ${ended.en}.`,
            `${at} 已触发：执行 ${runId} ${ended.zh}。`,
          )
    case 'catch-up':
      return words(
        `Fired for ${at} as catch-up at ${decidedAt}: run ${runId} ${ended.en}.`,
        `${at} 已于 ${decidedAt} 补偿执行：执行 ${runId} ${ended.zh}。`,
      )
    case 'manual':
    case 'rerun':
    case 'backfill':
      return words(
        `Was run by hand at ${decidedAt}${by.en}: run ${runId} ${ended.en}. It is not on the schedule.`,
        `于 ${decidedAt} 手动执行${by.zh}：执行 ${runId} ${ended.zh}。该时刻不在调度规则内。`,
      )
  }
}

const withCatchUp = (
  run: ExplainedRun | null,
  time: (instant: Instant) => string,
  { en, zh }: Words,
): Words => {
  if (run === null) return words(en, zh)
  const ended = outcomeWords[run.outcome]
  const at = time(run.decidedAt)
  return words(
    `${en} Run ${run.runId} made up for it at ${at}; it ${ended.en}.`,
    `${zh}执行 ${run.runId} 已于 ${at} 补偿，${ended.zh}。`,
  )
}

const lastWords = (at: string, last: Instant | null, time: (instant: Instant) => string): Words =>
  last === null
    ? words(
        `No fire at ${at}: the schedule has no instant at all.`,
        `${at} 不触发：调度规则没有任何计划时刻。`,
      )
    : words(
        `No fire at ${at}: the schedule ends; its last instant is ${time(last)}.`,
        `${at} 不触发：调度规则已到尽头，最后一个计划时刻为 ${time(last)}。`,
      )

const calendarWords = ({ calendars, decided }: Explanation, at: string): Words => {
  const names = Object.keys(calendars)
  const of = names.length === 0 ? '' : ` (${names.join(', ')})`
  const ofZh = names.length === 0 ? '' : `（${names.join('、')}）`
  return decided
    ? words(
        `Did not fire at ${at}: an exclusion calendar${of} holds then.`,
        `${at} 未触发：处于排除日历${ofZh}之内。`,
      )
    : words(
        `Will not fire at ${at}: an exclusion calendar${of} holds then.`,
        `${at} 不会触发：处于排除日历${ofZh}之内。`,
      )
}
