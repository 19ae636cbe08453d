// The processes of the chaos check: what befalls each, and who of them can be asked.
import { join } from 'node:path'
import type { Chance } from '../support/chance.ts'
import { startProcess, type ServiceProcess } from './process.ts'

interface Place {
  readonly name: string
  readonly roles: string
  process: ServiceProcess | null
  /** Under way between two states: left alone. */
  busy: boolean
}

export interface Cluster {
  /** Somebody who runs and is left in peace; null: nobody. */
  readonly pick: (chance: Chance) => Place | null
  readonly kill: (place: Place, restMs: number) => Promise<void>
  readonly stop: (place: Place, restMs: number) => Promise<void>
  readonly suspend: (place: Place, forMs: number) => void
  readonly setClock: (place: Place, offsetMs: number) => void
  /** A `.do` call, at whoever answers. */
  readonly ask: (path: string, body: object) => Promise<void>
  /** Everybody runs, at the right time, and is ready. */
  readonly settle: () => Promise<void>
  readonly gaps: () => Promise<readonly string[]>
  readonly fates: () => ReadonlyMap<number, 'killed' | 'stopped' | 'running'>
  readonly end: () => Promise<void>
}

/** In turn; any mix will do, as long as somebody has each role. */
const roleMix = ['api,scheduler,projections', 'api,scheduler', 'scheduler,projections']
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const createCluster = async (options: {
  readonly count: number
  readonly environment: NodeJS.ProcessEnv
  readonly folder: string
  readonly say: (what: string) => void
}): Promise<Cluster> => {
  const { count, environment, folder, say } = options
  const fates = new Map<number, 'killed' | 'stopped' | 'running'>()
  const places = Array.from({ length: count }, (_, n): Place => {
    const roles = roleMix[n % roleMix.length] ?? ''
    return { name: `r${n + 1}`, roles, process: null, busy: true }
  })

  const start = async (place: Place): Promise<void> => {
    const { name, roles } = place
    for (;;) {
      try {
        const logFile = join(folder, `${name}.log`)
        place.process = await startProcess({ name, roles, environment, logFile })
        break
      } catch (error) {
        say(`${name} could not start: ${String(error).slice(0, 300)}`)
        await wait(1_000)
      }
    }
    fates.set(place.process.pid, 'running')
    place.busy = false
  }

  const endOf = async (
    place: Place,
    restMs: number,
    fate: 'killed' | 'stopped',
    end: (running: ServiceProcess) => Promise<void>,
  ): Promise<void> => {
    const { process: running } = place
    if (running === null) return
    place.busy = true
    place.process = null
    fates.set(running.pid, fate)
    await end(running)
    await wait(restMs)
    await start(place)
    say(`${place.name} is back`)
  }

  const answering = (): readonly string[] =>
    places.flatMap(({ process: running, busy }) =>
      running?.url === undefined || running.url === null || busy ? [] : [running.url],
    )

  const ask = async (path: string, body: object): Promise<void> => {
    for (let trial = 0; ; trial += 1) {
      const urls = answering()
      const url = urls[trial % Math.max(1, urls.length)]
      try {
        const answer = await fetch(`${url}/dispatchserver/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
        const { success, error } = (await answer.json()) as { success: boolean; error?: string }
        if (success) return
        if (trial > 20) throw new Error(error)
      } catch (error) {
        if (trial > 60) throw error
      }
      await wait(500)
    }
  }

  const isReady = async (url: string): Promise<boolean> => {
    try {
      return (await fetch(`${url}/health/ready`)).ok
    } catch {
      return false
    }
  }

  await Promise.all(places.map(start))
  return {
    pick: (chance) => {
      const free = places.filter(({ busy }) => !busy)
      return free[chance.between(0, Math.max(0, free.length - 1))] ?? null
    },
    kill: (place, restMs) => {
      say(`${place.name} is killed`)
      return endOf(place, restMs, 'killed', (running) => running.kill())
    },
    stop: (place, restMs) => {
      say(`${place.name} is stopped in order`)
      return endOf(place, restMs, 'stopped', (running) => running.stop())
    },
    suspend: (place, forMs) => {
      const { process: running } = place
      say(`${place.name} is suspended for ${forMs} ms`)
      place.busy = true
      running?.suspend()
      setTimeout(() => {
        running?.resume()
        place.busy = false
      }, forMs)
    },
    setClock: (place, offsetMs) => {
      say(`${place.name} has its clock set ${offsetMs} ms off`)
      place.process?.setClock(offsetMs)
    },
    ask,
    settle: async () => {
      while (places.some(({ busy }) => busy)) await wait(100)
      for (const { process: running } of places) running?.setClock(0)
      for (const url of answering()) while (!(await isReady(url))) await wait(500)
    },
    gaps: async () => {
      const answer = await fetch(`${answering()[0]}/api/v1/gaps`)
      const { gaps } = (await answer.json()) as { readonly gaps: readonly unknown[] }
      return gaps.map((gap) => `a gap: ${JSON.stringify(gap)}`)
    },
    fates: () => fates,
    end: async () => {
      await Promise.all(places.map(async ({ process: running }) => running?.stop()))
    },
  }
}
