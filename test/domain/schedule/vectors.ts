// Reads the golden vectors: fire times computed with Quartz 2.3.2 itself. They never change.
import { readFileSync } from 'node:fs'

export interface CronVector {
  readonly id: string
  readonly class: string
  readonly expr: string
  readonly tz: string
  readonly start: number
  readonly valid: boolean
  readonly count: number
  readonly fires: readonly (number | null)[]
  readonly documented: boolean
  readonly tags: readonly string[]
}

export interface SimpleVector {
  readonly id: string
  readonly start: number
  readonly end: number | null
  readonly interval: number
  readonly repeatCount: number
  readonly valid: boolean
  readonly fires: readonly (number | null)[]
  readonly finalFire: number | null
  readonly after: readonly (readonly [number, number | null])[]
}

interface MisfireCommon {
  readonly id: string
  readonly now: number
  readonly instruction: string
  readonly end: number | null
  readonly fires: readonly (number | null)[]
}
export interface SimpleMisfireVector extends MisfireCommon {
  readonly trigger: 'simple'
  readonly start: number
  readonly interval: number
  readonly repeatCount: number
  readonly before: { previousFire: number | null; nextFire: number; timesTriggered: number }
  readonly after: {
    nextFire: number | null
    startTime: number
    repeatCount: number
    timesTriggered: number
  }
}
export interface CronMisfireVector extends MisfireCommon {
  readonly trigger: 'cron'
  readonly expr: string
  readonly tz: string
  readonly start: number
  readonly before: { previousFire: number | null; nextFire: number }
  readonly after: { nextFire: number | null }
}

const read = <Vector>(name: string): Vector[] =>
  readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector)

export const cronVectors = (): CronVector[] => read('cron.jsonl')
export const simpleVectors = (): SimpleVector[] => read('simple.jsonl')
export const misfireVectors = (): (SimpleMisfireVector | CronMisfireVector)[] =>
  read('misfire.jsonl')
