// `carillon/client`: what others import. Depends on nothing but `fetch`, so that it runs in Node, in
// browsers and wherever else there is one.
export { CarillonClient } from './client.ts'
export type { ActivityFilter, FileStream, PreviewOptions, RecallTestOptions } from './client.ts'
export type { FeedChange, FeedFilter, FeedKind, FeedOptions } from './feed.ts'
export type {
  AskOptions,
  CallOptions,
  ConnectionOptions,
  InstantLike,
  RequestParts,
} from './connection.ts'
export { CallRefused, CarillonProblem, CarillonUnreachable } from './problem.ts'
export type { ProblemPart } from './problem.ts'
export { CronTaskConfig, SimpleTaskConfig, TimeConfig } from './task-config.ts'
export type { IntervalType, TaskConfig } from './task-config.ts'
export { HttpRecallConfig, SocketRecallConfig } from './recall-config.ts'
export type { RecallConfig } from './recall-config.ts'
export type { Accepted, RunReport, TaskCallOptions, TaskName } from './dispatchserver.ts'
export type { ChangeOptions, TaskChangeOptions, TaskFilter } from './tasks.ts'
export type { RunFilter } from './runs.ts'
export type { Freshness, Page, PageOptions, Pages } from './pages.ts'
export type * from './answers.ts'
export type * from './definition.ts'
