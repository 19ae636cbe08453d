// Asking again with growing pauses until there is an answer, or until the patience is used up. Used
// for whatever may safely be asked twice: reads, and appends that the server recognises when repeated.
import { setTimeout as pause } from 'node:timers/promises'
import type { StoreUnavailable } from '../event-store.ts'
import { unavailable } from './faults.ts'

const firstPauseMs = 25
const longestPauseMs = 2_000

/** Doubling from 25 ms to 2 s, each shortened by up to half so that clients do not march in step. */
export const pauseBefore = (attempt: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 10)) * (1 - Math.random() / 2)

export const isFault = (answer: object): answer is StoreUnavailable =>
  'type' in answer && answer.type === 'StoreUnavailable'

/** Never rejects for a fault: the last one is the answer when the patience ends. */
export const askUntilAnswered = async <T extends object>(
  ask: () => Promise<T | StoreUnavailable>,
  patienceMs: number,
): Promise<T | StoreUnavailable> => {
  const startedAt = performance.now()
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask()
    if (!isFault(answer) || !answer.retryable) return answer
    const pauseMs = pauseBefore(attempt)
    if (performance.now() - startedAt + pauseMs > patienceMs) return answer
    await pause(pauseMs)
  }
}

/** The answer, or a fault when it takes longer. What was asked goes on unheard. */
export const within = async <T>(
  limitMs: number,
  answer: Promise<T>,
): Promise<T | StoreUnavailable> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<StoreUnavailable>((resolve) => {
    timer = setTimeout(() => resolve(unavailable(`no answer within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
