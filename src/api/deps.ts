// What this room is given. Everything it can touch is named here, so that a reader of main.ts and a
// reader of a test see the same list.
import type { Bulks } from '../commands/bulk/bulks.ts'
import type { CalendarCommands } from '../commands/calendars.ts'
import type { ShownSetting } from '../config/shown.ts'
import type { UseCaseDeps } from '../commands/use-case.ts'
import type { Outage } from '../domain/history/outages.ts'
import type { AttemptResult } from '../domain/task/commands.ts'
import type { RecallTarget } from '../domain/task/definition.ts'
import type { AttemptReport } from '../domain/task/events.ts'
import type { Instant } from '../domain/instant.ts'
import type { KeyPart, RunId } from '../domain/task/ids.ts'
import type { EventStore } from '../event-store/event-store.ts'
import type { listNodes } from '../nodes/views.ts'
import type { Queries } from '../projections/queries.ts'
import type { Projections } from '../projections/rebuild/status.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Ids } from '../runtime/ids.ts'
import type { Log } from '../runtime/log.ts'
import type { AddDefaults } from './dispatchserver/request/add.ts'
import type { BodyLimits } from './http/body.ts'
import type { ReadinessCheck } from './health.ts'
import type { ReadModels } from './read-models.ts'

export interface ApiSettings {
  /** Context paths callers may put in front of `/dispatchserver`. */
  readonly contextPaths: readonly string[]
  readonly body: BodyLimits
  readonly headersTimeoutMs: number
  readonly keepAliveMs: number
  /** How long a question with `after` waits for the read models. */
  readonly waitMs: number
  /** How long a bulk that is only rehearsed waits for them: there may have been thousands of adds. */
  readonly rehearsalWaitMs: number
  readonly feed: FeedSettings
}

export interface FeedSettings {
  /** Of this process; who comes when all are there is asked to come back. */
  readonly listenersMax: number
  /** A listener hears at least so often. */
  readonly heartbeatMs: number
  /** A listener that takes nothing for so long is let go. */
  readonly stalledMs: number
  /** To all listeners together; each has the same share. */
  readonly bytesPerMs: number
}

export const defaultApiSettings: Omit<ApiSettings, 'contextPaths'> = {
  body: { bytesMax: 2 * 1024 * 1024, timeoutMs: 15_000 },
  headersTimeoutMs: 10_000,
  keepAliveMs: 65_000,
  waitMs: 5_000,
  rehearsalWaitMs: 45_000,
  feed: { listenersMax: 2_000, heartbeatMs: 15_000, stalledMs: 30_000, bytesPerMs: 32_000 },
}

/** Makes one call outside any run; never rejects. */
export type TryRecall = (call: {
  readonly testId: RunId
  readonly tenant: KeyPart
  readonly target: RecallTarget
  readonly dataJson: string
  readonly timeoutMs: number
  readonly followRedirects: boolean
}) => Promise<{ readonly result: AttemptResult; readonly report: AttemptReport }>

export interface ApiDeps {
  readonly useCases: UseCaseDeps
  readonly calendars: CalendarCommands
  readonly bulks: Bulks
  readonly tryRecall: TryRecall
  readonly queries: Queries
  readonly projections: Projections
  /** For a task's raw history, and for reports nobody knows. */
  readonly store: EventStore
  readonly readModels: ReadModels
  readonly readiness: readonly ReadinessCheck[]
  readonly settings: ApiSettings
  readonly nodes: ReturnType<typeof listNodes>
  /** When no process that schedules was there, oldest first. */
  readonly outages: () => readonly Outage[]
  readonly shownSettings: readonly ShownSetting[]
  /** Of what was recorded before this, some is gone from the log; null: nothing is. */
  readonly logWholeFrom: () => Promise<Instant | null>
  /** What a task gets that does not say: zone, misfire threshold, catch-up, policy of recalls. */
  readonly taskDefaults: Omit<AddDefaults, 'receivedAt'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Name of this process in the metadata of events. */
  readonly node: string
  /** In [0, 1): jitter of retries. */
  readonly chance: () => number
}
