// `carillon why`: why did a task fire at an instant, or why not? The answer is the service's; it
// names the events it rests on.
import { commonUsage, instantOf, onlyTaskKey, readArguments } from './arguments.ts'
import { WhyAnswer } from './answers.ts'
import { exitCodes, usageProblem, type CliIo, type Command } from './command.ts'
import { localTime } from './output/times.ts'
import { serviceOf, taskPath } from './service.ts'

export const why: Command = {
  name: 'why',
  summary: 'why a task fired at an instant, or why not',
  usage: `Usage: carillon why <group>/<job> --at T [options]

  --at T            which instant: ISO 8601, epoch milliseconds, now, or a distance (--at=-2h)
  --lang en|zh      of the sentence (default: that of LANG)
${commonUsage}
Examples:
  carillon why billing/nightly --at 2026-11-23T02:00:00+08:00
  carillon why billing/nightly --at 2030-01-01T00:00:00Z --lang zh
`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, {
      at: { type: 'string' },
      lang: { type: 'string' },
    })
    const key = onlyTaskKey(positionals)
    if (values.at === undefined) throw usageProblem('Which instant? --at names it.')
    const at = new Date(instantOf('at', values.at, io.now())).toISOString()
    const lang = values.lang ?? languageOf(io)
    const reply = await serviceOf(io, values).send({
      path: `${taskPath(key)}/why`,
      query: { at, lang },
      codec: WhyAnswer,
    })
    io.write(values.json === true ? `${JSON.stringify(reply.json)}\n` : report(reply.value))
    return exitCodes.ok
  },
}

const languageOf = ({ env }: CliIo): 'en' | 'zh' =>
  (env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '').startsWith('zh') ? 'zh' : 'en'

const report = ({ sentence, verdict, nearest, events }: WhyAnswer): string => {
  const before = localTime(nearest?.before)
  const after = localTime(nearest?.after)
  const around =
    nearest === null
      ? ''
      : `nearest instants: ${before ?? 'none'} before, ${after ?? 'none'} after\n`
  const rests = events.map(({ type, revision }) => `${type} (revision ${revision})`).join(', ')
  return `${sentence}\n\nverdict: ${verdict}\n${around}${rests === '' ? '' : `rests on: ${rests}\n`}`
}
