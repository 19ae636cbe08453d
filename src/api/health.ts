// Two questions of whoever runs the service: is the process alive (restart it if not), and can it do
// its work (send it no requests if not)? The second names what is wrong.
import type { Middleware } from 'koa'
import type { Clock } from '../runtime/clock.ts'

export interface ReadinessCheck {
  /** `event store`, `read models`, `clock`, `scheduler`, `log retention`, `gaps`. */
  readonly name: string
  /** What is wrong, in a few words; null: nothing. */
  readonly problem: () => Promise<string | null>
  /** A problem is told, but does not make the process unready: requests can be answered all the same. */
  readonly advisory?: boolean
}

export const live: Middleware = (ctx) => {
  ctx.body = { live: true, pid: process.pid }
}

export const ready =
  (checks: readonly ReadinessCheck[], clock: Clock): Middleware =>
  async (ctx) => {
    const results = await Promise.all(
      checks.map(async (check) => ({
        ...{ name: check.name, problem: await outcomeOf(check, clock) },
        ...(check.advisory === true ? { advisory: true } : {}),
      })),
    )
    const isReady = results.every(({ problem, advisory }) => problem === null || advisory)
    ctx.status = isReady ? 200 : 503
    ctx.set('Cache-Control', 'no-store')
    ctx.body = { ready: isReady, checks: results }
  }

const checkTimeoutMs = 3_000

const outcomeOf = ({ problem }: ReadinessCheck, clock: Clock): Promise<string | null> =>
  new Promise((resolve) => {
    const cancelTimer = clock.setTimer(checkTimeoutMs, () =>
      resolve(`no answer within ${checkTimeoutMs} ms`),
    )
    const settle = (answer: string | null): void => {
      cancelTimer()
      resolve(answer)
    }
    problem().then(settle, (error: unknown) => settle(String(error)))
  })
