// Finds the node to talk to: any member of a cluster tells who its members are and who leads. When none
// can be found, the reason given for each candidate is told, because "no node found" helps nobody.
import { lookup } from 'node:dns/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Target } from './connection-string.ts'
import { memberStates, membersTold, type Member } from './gossip.ts'
import { GrpcError, statusCodes, type Endpoint } from './protocol/grpc-error.ts'
import { openSession } from './protocol/node-session.ts'

export interface Found {
  readonly endpoint: Endpoint
  readonly serverName?: string
}

/** `avoid` is asked last: something has just gone wrong there. */
export const findNode = async (target: Target, avoid: Endpoint | null): Promise<Found> => {
  const [only] = target.hosts
  if (only !== undefined && target.hosts.length === 1 && !target.isDnsName)
    return { endpoint: only }
  const reasons = new Map<string, string>()
  for (let round = 1; ; round += 1) {
    for (const candidate of inOrder(await candidatesOf(target, reasons), avoid)) {
      const where = `${candidate.endpoint.host}:${candidate.endpoint.port}`
      const members = await membersBy(candidate, target).catch((error: unknown) => reasonOf(error))
      if (typeof members === 'string') {
        reasons.set(where, members)
        continue
      }
      const best = bestOf(members, target.prefers)
      if (best !== null) return { endpoint: best, ...named(candidate, best) }
      reasons.set(where, `${where} knows no node that is ready`)
    }
    if (round >= target.roundsMax) break
    await pause(target.roundPauseMs)
  }
  const told = [...new Set(reasons.values())].join('; ')
  throw new GrpcError(statusCodes.unavailable, `no node of the cluster was found: ${told}`)
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

// Nodes are known to each other by address, certificates often by the name that led to them.
const named = ({ serverName }: Found, { host }: Endpoint): { readonly serverName?: string } =>
  serverName === undefined || !/^[\d.:]+$/.test(host) ? {} : { serverName }

const candidatesOf = async (
  { hosts, isDnsName }: Target,
  reasons: Map<string, string>,
): Promise<readonly Found[]> => {
  const [first] = hosts
  if (!isDnsName || first === undefined) return hosts.map((endpoint) => ({ endpoint }))
  try {
    const addresses = await lookup(first.host, { all: true })
    return addresses.map(({ address }) => ({
      endpoint: { host: address, port: first.port },
      serverName: first.host,
    }))
  } catch (error) {
    reasons.set(first.host, `${first.host} cannot be looked up: ${reasonOf(error)}`)
    return []
  }
}

const inOrder = (candidates: readonly Found[], avoid: Endpoint | null): readonly Found[] => {
  const isAvoided = ({ endpoint }: Found) =>
    avoid !== null && endpoint.host === avoid.host && endpoint.port === avoid.port
  return candidates
    .map((candidate) => ({ candidate, rank: isAvoided(candidate) ? 1 : Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ candidate }) => candidate)
}

const membersBy = async (
  { endpoint, serverName }: Found,
  { session: settings }: Target,
): Promise<readonly Member[]> => {
  const session = await openSession(endpoint, settings, serverName)
  try {
    return await membersTold(session, settings.connectTimeoutMs)
  } finally {
    session.destroy()
  }
}

const preferred: Readonly<Record<Target['prefers'], readonly number[]>> = {
  leader: [memberStates.leader],
  follower: [memberStates.follower],
  read_only_replica: [memberStates.replica, memberStates.preReplica, memberStates.leaderless],
  random: [],
}

const bestOf = (members: readonly Member[], prefers: Target['prefers']): Endpoint | null => {
  const usable: readonly number[] = Object.values(memberStates)
  const rank = ({ state }: Member) => (preferred[prefers].includes(state) ? 0 : 1)
  const [best] = members
    .filter(({ isAlive, state }) => isAlive && usable.includes(state))
    .map((member) => ({ member, rank: rank(member) + Math.random() / 2 }))
    .sort((a, b) => a.rank - b.rank)
  return best?.member.endpoint ?? null
}
