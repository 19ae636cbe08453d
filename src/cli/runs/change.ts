// `carillon runs cancel` and `carillon runs rerun`.
import { commonUsage, readArguments } from '../arguments.ts'
import { RunChanged } from '../answers.ts'
import { exitCodes, type Command } from '../command.ts'
import { serviceOf } from '../service.ts'
import { onlyRunId } from './run-id.ts'

const changing = (
  verb: 'cancel' | 'rerun',
  summary: string,
  done: (runId: string, answered: string | null) => string,
): Command => ({
  name: `runs ${verb}`,
  summary,
  usage: `Usage: carillon runs ${verb} <run id> [options]

  --reason TEXT     why, for the log
${commonUsage}
Example:
  carillon runs ${verb} 0192d3c4b5a697881726354433221100 --reason "wrong batch"
`,
  run: async (args, io) => {
    const { values, positionals } = readArguments(args, { reason: { type: 'string' } })
    const runId = onlyRunId(positionals)
    const reply = await serviceOf(io, values).send({
      method: 'POST',
      path: `/api/v1/runs/${runId}/${verb}`,
      query: { reason: values.reason },
      codec: RunChanged,
    })
    const line = done(runId, reply.value.runId)
    io.write(values.json === true ? `${JSON.stringify(reply.json)}\n` : `${line}\n`)
    return exitCodes.ok
  },
})

export const runChanges: readonly Command[] = [
  changing('cancel', 'end an open run', (runId) => `${runId} cancelled`),
  changing(
    'rerun',
    'run its task again',
    (runId, started) => `${runId} runs again as ${started ?? ''}`,
  ),
]
