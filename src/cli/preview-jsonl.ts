// The bulk form of the preview: one JSON object a line in, one line out, in order. Cron lines answer
// as Quartz's CronExpression does for their start, which is exclusive; lines with `interval` answer
// as its SimpleTrigger. A `null` at the end says that the schedule ends there. A line that cannot be
// answered says why and does not stop the others.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { type ScheduleProblem, problem } from '../domain/schedule/problem.ts'
import { parseQuartzCron } from '../domain/schedule/quartz-parser.ts'
import { quartzTimeAfter } from '../domain/schedule/quartz-steps.ts'
import { simpleNext, simpleProblem } from '../domain/schedule/simple-trigger.ts'
import { findZone } from '../domain/schedule/zone.ts'

const countMax = 10_000
const cronCountDefault = 10
const simpleCountDefault = 12

const Line = t.intersection([
  t.partial({
    id: t.union([t.string, t.number, t.null]),
    tz: t.string,
    count: t.number,
    end: t.union([t.number, t.null]),
    repeatCount: t.number,
  }),
  t.union([
    t.type({ start: t.number, interval: t.number }),
    t.type({ start: t.number, expr: t.string }),
  ]),
])
type Line = t.TypeOf<typeof Line>

type Fires = E.Either<ScheduleProblem, (number | null)[]>

const chain = (
  first: number | null,
  count: number,
  next: (after: number) => number | null,
): (number | null)[] => {
  const fires = [first]
  for (let at = first; at !== null && fires.length < count; fires.push(at)) at = next(at)
  return fires.slice(0, count)
}

const firesOf = (line: Line): Fires => {
  if ('interval' in line) {
    const grid = {
      startMs: line.start,
      endMs: line.end ?? null,
      intervalMs: line.interval,
      repeatCount: line.repeatCount ?? -1,
    }
    const wrong = simpleProblem(grid)
    if (wrong !== null) return E.left(wrong)
    const count = Math.min(line.count ?? simpleCountDefault, countMax)
    return E.right(chain(line.start, count, (after) => simpleNext(grid, after)))
  }
  const cron = parseQuartzCron(line.expr)
  if (E.isLeft(cron)) return cron
  const zone = findZone(line.tz ?? 'UTC')
  if (E.isLeft(zone)) return zone
  const count = Math.min(line.count ?? cronCountDefault, countMax)
  const next = (after: number): number | null => quartzTimeAfter(cron.right, zone.right, after)
  return E.right(chain(next(line.start), count, next))
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const idOf = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'id' in input ? input.id : null

/** The answer to one line. */
export const answerLine = (text: string): string => {
  const input = parsed(text)
  const line = Line.decode(input)
  const id = idOf(input)
  const fires: Fires = E.isLeft(line)
    ? E.left(
        problem(
          'line',
          null,
          'Expected an object with expr, tz and start, or with start and interval.',
          '应为含 expr、tz、start，或含 start、interval 的对象。',
        ),
      )
    : firesOf(line.right)
  if (E.isRight(fires)) return JSON.stringify({ id, fires: fires.right })
  const { message, field, position } = fires.left
  return JSON.stringify({ id, error: { message: message.en, field, position } })
}

/** Answers line by line as they arrive, however the input is cut into chunks. */
export async function* answerLines(input: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of input) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield answerLine(line)
  }
  rest += decoder.decode()
  if (rest.trim() !== '') yield answerLine(rest)
}
