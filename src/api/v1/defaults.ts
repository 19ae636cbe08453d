// What a task gets that does not say, so that a form can show it before anything is typed.
import * as E from 'fp-ts/lib/Either.js'
import type { ApiDeps } from '../deps.ts'
import { question } from './question.ts'

export const showDefaults = (deps: ApiDeps) =>
  question(deps, {}, () => {
    const { zone, misfireThresholdMs, catchUpMax, policy } = deps.taskDefaults
    return Promise.resolve(E.right({ zone, misfireThresholdMs, catchUpMax, policy }))
  })
