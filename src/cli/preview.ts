// `carillon preview`: what a schedule will do, for people (`--cron`, `--interval`) and in bulk
// (`--jsonl`: one object a line in, one answer a line out, in the same order). Computes with the
// domain alone; no server is asked.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt } from '../domain/instant.ts'
import { preview, type Preview, type PreviewFire } from '../domain/schedule/preview.ts'
import { exitCodes, type CliIo, type ExitCode } from './command.ts'
import { scheduleOf, queryOf } from './preview-arguments.ts'
import { answerLines } from './preview-jsonl.ts'

type PreviewIo = Pick<CliIo, 'stdin' | 'write' | 'writeError' | 'now'>

export const previewUsage = `Usage: carillon preview "0 0 9 ? * MON-FRI" [options]   (or --cron "…")
       carillon preview --interval 5m [--start T] [--repeat N] [options]
       carillon preview --jsonl < schedules.jsonl

  --zone Z          IANA time zone of the expression (default UTC)
  -n, --count N     how many instants (default 5)
  --from T          look from this instant (default: now); ISO 8601 or epoch milliseconds
  --to T            show what lies between --from and --to
  --previous        look back instead
  --start T, --end T  bounds of the schedule
  --unix            five-field Unix cron
  --gap skip|after  missing wall times: skip them (Quartz), or fire after the gap
  --overlap second|first|both  doubled wall times: which pass fires (Quartz: second)
  --repeat N        repeats after the first fire of an interval (default: for ever)
  --json            machine-readable output
  --jsonl           one object a line on standard input: id, expr, tz, start, count,
                    or id, start, end, interval, repeatCount
`

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const weekdaysZh = '日一二三四五六'
const marks = {
  'first-pass': '  (first pass of a doubled hour · 重复时段第一次)',
  'second-pass': '  (second pass of a doubled hour · 重复时段第二次)',
  'after-gap': '  (for times the clock skipped · 补时钟跳过的时刻)',
}

const fireLine = (fire: PreviewFire): string => {
  const weekday = `${weekdays[fire.weekday] ?? ''} 周${weekdaysZh.charAt(fire.weekday)}`
  const utc = new Date(fire.at).toISOString()
  return `${fire.local}  ${weekday}  ${utc}${fire.mark === null ? '' : marks[fire.mark]}\n`
}

const report = (shown: Preview, isWindow: boolean): string => {
  const head = `${shown.words.en}\n${shown.words.zh}\n`
  const canonical = shown.canonical === null ? '' : `${shown.canonical}\n`
  const fires = shown.fires.map(fireLine).join('')
  const none =
    shown.fires.length === 0 ? 'No instant is planned there. · 该范围内没有计划时刻。\n' : ''
  const end =
    shown.more || isWindow || shown.fires.length === 0
      ? ''
      : 'Nothing is planned beyond. · 此外不再有计划时刻。\n'
  const changes = shown.changes.map((note) => `! ${note.words.en} ${note.words.zh}\n`).join('')
  return `${head}${canonical}\n${fires}${none}${end}${changes}`
}

/** Runs the command; the answer is the exit code. */
export const runPreview = async (args: readonly string[], io: PreviewIo): Promise<ExitCode> => {
  if (args.includes('--jsonl')) {
    for await (const line of answerLines(io.stdin)) io.write(`${line}\n`)
    return exitCodes.ok
  }
  const schedule = scheduleOf(args, instantAt(io.now()))
  if (E.isLeft(schedule)) return refuse(io, schedule.left)
  const query = queryOf(args, instantAt(io.now()))
  if (E.isLeft(query)) return refuse(io, query.left)
  const shown = preview(schedule.right, query.right)
  if (E.isLeft(shown)) {
    const { field, position, message } = shown.left
    const place = position === null ? '' : `, character ${position + 1}`
    io.writeError(`${message.en}\n${message.zh}\n(${field}${place})\n`)
    return exitCodes.failed
  }
  io.write(
    args.includes('--json')
      ? `${JSON.stringify(shown.right)}\n`
      : report(shown.right, query.right.type === 'between'),
  )
  return exitCodes.ok
}

const refuse = (io: PreviewIo, reason: string): ExitCode => {
  io.writeError(`${reason}\n\n${previewUsage}`)
  return exitCodes.usage
}
