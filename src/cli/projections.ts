// `carillon projections`: how far the read models are, and making them anew. The service does the
// work; this waits for it and tells how far it is.
import { setTimeout as sleep } from 'node:timers/promises'
import * as t from 'io-ts'
import { commonUsage, noMore, readArguments } from './arguments.ts'
import { exitCodes, Refusal, type CliIo, type Command, type ExitCode } from './command.ts'
import { durationText, localTime } from './output/times.ts'
import { tableOf } from './output/table.ts'
import { serviceOf, type Service } from './service.ts'

const textOrNull = t.union([t.string, t.null])

const Ended = t.type({
  number: t.number,
  state: t.string,
  problem: textOrNull,
  endedAt: textOrNull,
  counts: t.union([
    t.null,
    t.readonlyArray(t.type({ table: t.string, served: t.number, rebuilt: t.number })),
  ]),
})
type Ended = t.TypeOf<typeof Ended>

const Projection = t.type({
  name: t.string,
  version: t.number,
  checkpoint: textOrNull,
  events: t.number,
  ageMs: t.union([t.number, t.null]),
  behind: t.boolean,
  rebuilding: t.union([
    t.null,
    t.type({ number: t.number, state: t.string, events: t.number, fraction: t.number }),
  ]),
  lastRebuild: t.union([t.null, Ended]),
})
type Projection = t.TypeOf<typeof Projection>

const ProjectionList = t.type({ projections: t.readonlyArray(Projection) })
const Wished = t.type({ rebuild: t.union([t.null, t.type({ number: t.number })]) })

const path = '/api/v1/projections'

export const listProjections: Command = {
  name: 'projections list',
  summary: 'how far the read models are',
  usage: `Usage: carillon projections list [options]
${commonUsage}`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, {})
    noMore(positionals)
    const reply = await serviceOf(io, values).send({ path, codec: ProjectionList })
    const table = (): string => tableOf(columns, reply.value.projections)
    io.write(values.json === true ? `${JSON.stringify(reply.json)}\n` : table())
    return exitCodes.ok
  },
}

const rebuildText = ({ rebuilding, lastRebuild }: Projection): string | null => {
  if (rebuilding !== null) return `${rebuilding.state} ${percent(rebuilding.fraction)}`
  if (lastRebuild === null) return null
  return `${lastRebuild.state} ${localTime(lastRebuild.endedAt) ?? ''}`
}

const columns = [
  { heading: 'NAME', text: ({ name }: Projection) => name },
  { heading: 'VERSION', text: ({ version }: Projection) => version, align: 'right' as const },
  { heading: 'EVENTS', text: ({ events }: Projection) => events, align: 'right' as const },
  { heading: 'CHECKPOINT', text: ({ checkpoint }: Projection) => checkpoint },
  { heading: 'BEHIND', text: ({ behind }: Projection) => (behind ? 'yes' : 'no') },
  { heading: 'AS OF', text: ({ ageMs }: Projection) => ago(ageMs) },
  { heading: 'REBUILD', text: rebuildText },
]

const ago = (ageMs: number | null): string | null =>
  ageMs === null ? null : `${durationText(ageMs) ?? ''} ago`

const percent = (fraction: number): string => `${Math.floor(fraction * 100)} %`

export const rebuildProjection: Command = {
  name: 'projections rebuild',
  summary: 'make the read models anew from the log, beside the ones that serve',
  usage: `Usage: carillon projections rebuild [<name>] [options]

  --no-wait         only ask for it; otherwise the command waits and tells how far it is
  --force           take the new version also when it has fewer rows than the served one
  --reason TEXT     why
${commonUsage}
The service goes on answering from the served version until the new one takes its place in one step.
A rebuild that is interrupted goes on by itself; asking again joins the one that is under way.

Example:
  carillon projections rebuild --reason "rows edited by hand"
`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, {
      'no-wait': { type: 'boolean' },
      force: { type: 'boolean' },
      reason: { type: 'string' },
    })
    const [name = 'read-models', ...others] = positionals
    noMore(others)
    const service = serviceOf(io, values)
    const { value, json } = await service.send({
      method: 'POST',
      path: `${path}/${encodeURIComponent(name)}/rebuild`,
      query: { reason: values.reason, force: values.force === true ? 'true' : null },
      codec: Wished,
    })
    const number = value.rebuild?.number
    if (values['no-wait'] === true || number === undefined) {
      io.write(values.json === true ? `${JSON.stringify(json)}\n` : `${name}: rebuild requested\n`)
      return exitCodes.ok
    }
    const ended = await untilEnded(service, io, name, number)
    io.write(values.json === true ? `${JSON.stringify(ended)}\n` : report(name, ended))
    return ended.state === 'done' ? exitCodes.ok : exitCodes.failed
  },
}

const lookEveryMs = 500

const untilEnded = async (
  service: Service,
  io: CliIo,
  name: string,
  number: number,
): Promise<Ended> => {
  let told = ''
  for (;;) {
    const { projections } = await service.ask({ path, codec: ProjectionList })
    const found = projections.find((projection) => projection.name === name)
    const { rebuilding = null, lastRebuild = null } = found ?? {}
    if (lastRebuild !== null && lastRebuild.number >= number) return lastRebuild
    if (rebuilding === null) throw gone(name)
    const line = `${rebuilding.state} ${percent(rebuilding.fraction)}, ${rebuilding.events} events`
    if (line !== told) io.writeError(`${name}: ${line}\n`)
    told = line
    await sleep(lookEveryMs)
  }
}

const gone = (name: string): Refusal => {
  const exitCode: ExitCode = exitCodes.failed
  return new Refusal(exitCode, `${name}: nothing is known of the rebuild any more`)
}

const countColumns = [
  { heading: 'TABLE', text: ({ table }: Count) => table },
  { heading: 'BEFORE', text: ({ served }: Count) => served, align: 'right' as const },
  { heading: 'NOW', text: ({ rebuilt }: Count) => rebuilt, align: 'right' as const },
]
type Count = NonNullable<Ended['counts']>[number]

const report = (name: string, { state, problem, counts }: Ended): string => {
  const end = state === 'done' ? 'rebuilt' : `${state}: ${problem ?? ''}`
  return `${name} ${end}\n${counts === null ? '' : `\n${tableOf(countColumns, counts)}`}`
}
