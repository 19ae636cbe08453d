// The running service, as whoever calls it finds it.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { durationText } from '../output/times.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

const Ready = t.type({
  ready: t.boolean,
  checks: t.readonlyArray(t.type({ name: t.string, problem: t.union([t.string, t.null]) })),
})

export interface Service {
  readonly answers: boolean
  readonly findings: readonly Finding[]
}

// The header tells whole seconds.
const clockOffMaxMs = 2_000

export const checkService = async (url: string, now: () => number): Promise<Service> => {
  let response: Response
  let json: unknown
  try {
    response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) })
    json = await response.json()
  } catch {
    const advice = 'Start it with `npm start` or `carillon serve`; --url names another address.'
    return { answers: false, findings: [warn('service', `none answers at ${url}`, advice)] }
  }
  const health = Ready.decode(json)
  if (E.isLeft(health)) {
    const advice = 'Another program has this port: set PORT, or name the service by --url.'
    return { answers: true, findings: [fail('service', `${url} is not Carillon`, advice)] }
  }
  const problems = health.right.checks.flatMap(({ name, problem }) =>
    problem === null
      ? []
      : [fail(name, problem, 'The log of the service says more; `/health/ready` is kept current.')],
  )
  const found = health.right.ready ? `${url} is ready` : `${url} is not ready`
  const service = health.right.ready ? ok('service', found) : warn('service', found, 'See below.')
  return { answers: true, findings: [service, ...problems, clockOf(response, now())] }
}

const clockOf = (response: Response, now: number): Finding => {
  const offMs = Math.abs(Date.parse(response.headers.get('date') ?? '') - now)
  return offMs > clockOffMaxMs
    ? warn(
        'clock of service',
        `${durationText(offMs) ?? ''} off ours`,
        'Let both machines keep time by NTP.',
      )
    : ok('clock of service', 'agrees with ours, to the second')
}
