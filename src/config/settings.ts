// Every setting of the service, once: its variable, what it accepts, its default, and what it means
// in English and Chinese. Decoding, `--help` and the tables of both READMEs are made from this table
// alone; a new setting is one more entry here.
import { availableParallelism } from 'node:os'
import type * as t from 'io-ts'
import * as codecs from './codecs.ts'

export interface Setting<A> {
  /** The environment variable. */
  readonly variable: string
  readonly codec: t.Type<A, string>
  /** As it would stand in the environment. A function: found out on the machine. */
  readonly initial: string | (() => string)
  readonly en: string
  readonly zh: string
  /** How a default that is found out, or that is empty, reads in the tables. */
  readonly initialEn?: string
  readonly initialZh?: string
  /** The value may hold a password and is not repeated in messages. */
  readonly secret?: boolean
}

/** Marks a setting that may be absent: then its value is null. */
export interface OptionalSetting<A> extends Omit<Setting<A>, 'initial'> {
  readonly initial: null
}

const setting = <A>(entry: Setting<A>): Setting<A> => entry
const optional = <A>(entry: Omit<OptionalSetting<A>, 'initial'>): OptionalSetting<A> => ({
  ...entry,
  initial: null,
})

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

export const settings = {
  host: setting({
    variable: 'HOST',
    codec: codecs.host,
    initial: '127.0.0.1',
    en: 'Address to listen on. Anything but loopback also needs OPEN_TO_EVERYONE=true.',
    zh: '监听地址。除本机回环地址外，还必须设置 OPEN_TO_EVERYONE=true。',
  }),
  port: setting({
    variable: 'PORT',
    codec: codecs.integerBetween(0, 65_535),
    initial: '8080',
    en: 'Port to listen on; 0 takes a free one.',
    zh: '监听端口；0 表示任取一个空闲端口。',
  }),
  openToEveryone: setting({
    variable: 'OPEN_TO_EVERYONE',
    codec: codecs.yesOrNo,
    initial: 'false',
    en: 'There are no keys yet: true lets everyone who reaches HOST read and change every task.',
    zh: '目前没有访问密钥：设为 true 后，能访问 HOST 的任何人都可以查看和修改所有任务。',
  }),
  dataDir: setting({
    variable: 'DATA_DIR',
    codec: codecs.folder,
    initial: './data',
    en: 'Folder of the embedded PostgreSQL; one process at a time.',
    zh: '内嵌 PostgreSQL 的数据目录；同一时刻只能由一个进程使用。',
  }),
  databaseUrl: optional({
    variable: 'DATABASE_URL',
    codec: codecs.urlOf('postgres', 'postgresql'),
    secret: true,
    initialEn: 'embedded',
    initialZh: '内嵌',
    en: 'PostgreSQL to use instead of the embedded one.',
    zh: '使用指定的 PostgreSQL，不再启动内嵌数据库。',
  }),
  eventStoreUrl: optional({
    variable: 'EVENT_STORE_URL',
    codec: codecs.urlOf('postgres', 'postgresql', 'esdb', 'esdb+discover'),
    secret: true,
    initialEn: 'the database',
    initialZh: '同数据库',
    en: 'Where events are kept: another PostgreSQL, or EventStoreDB (`esdb://…`).',
    zh: '事件存储的位置：另一个 PostgreSQL，或 EventStoreDB（`esdb://…`）。',
  }),
  roles: setting({
    variable: 'ROLES',
    codec: codecs.someOf('api', 'scheduler', 'projections'),
    initial: 'api,scheduler,projections',
    en: 'What this process does.',
    zh: '本进程承担的角色。',
  }),
  timeZone: setting({
    variable: 'TIME_ZONE',
    codec: codecs.timeZone,
    initial: () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
    initialEn: "the machine's",
    initialZh: '本机时区',
    en: 'Zone of tasks that name none.',
    zh: '未指定时区的任务所用的时区。',
  }),
  logLevel: setting({
    variable: 'LOG_LEVEL',
    codec: codecs.oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    initial: 'info',
    en: 'Least severity that is logged.',
    zh: '日志的最低级别。',
  }),
  logFormat: setting({
    variable: 'LOG_FORMAT',
    codec: codecs.oneOf('auto', 'pretty', 'json'),
    initial: 'auto',
    en: '`pretty`: lines to read; `json`: one object per line; `auto`: pretty on a terminal.',
    zh: '`pretty`：便于阅读；`json`：每行一个对象；`auto`：在终端中使用 pretty。',
  }),
  drainTimeoutMs: setting({
    variable: 'DRAIN_TIMEOUT_MS',
    codec: codecs.integerBetween(0, 60 * minuteMs),
    initial: '10000',
    en: 'How long stopping waits for running recalls; the rest is handed to the next start.',
    zh: '停止时等待进行中的回调的时长；未完成的交给下次启动处理。',
  }),
  schedulerLeaseMs: setting({
    variable: 'SCHEDULER_LEASE_MS',
    codec: codecs.integerBetween(1_000, 10 * minuteMs),
    initial: '15000',
    en: 'How long a scheduler that fell silent is waited for before another process takes over.',
    zh: '调度进程失去响应后，其他进程等待多久再接管。',
  }),
  misfireThresholdMs: setting({
    variable: 'MISFIRE_THRESHOLD_MS',
    codec: codecs.integerBetween(1, dayMs),
    initial: '60000',
    en: 'An occurrence that is later than this is a misfire.',
    zh: '计划时刻晚于此时长仍未判定，即为错过触发。',
  }),
  recallTimeoutMs: setting({
    variable: 'RECALL_TIMEOUT_MS',
    codec: codecs.integerBetween(1, dayMs),
    initial: '30000',
    en: 'How long a callee may take to answer.',
    zh: '被调用方应答的时限。',
  }),
  recallConcurrency: setting({
    variable: 'RECALL_CONCURRENCY',
    codec: codecs.integerBetween(1, 65_536),
    initial: '256',
    en: 'Recalls at one time, for this process.',
    zh: '本进程同时进行的回调数上限。',
  }),
  recallConcurrencyPerHost: setting({
    variable: 'RECALL_CONCURRENCY_PER_HOST',
    codec: codecs.integerBetween(1, 65_536),
    initial: '64',
    en: 'Recalls at one time to one host, for this process.',
    zh: '本进程对同一主机同时进行的回调数上限。',
  }),
  recallThreads: setting({
    variable: 'RECALL_THREADS',
    codec: codecs.integerBetween(0, 64),
    initial: () => String(Math.min(1, availableParallelism() - 1)),
    initialEn: '1; 0 on one core',
    initialZh: '1；单核时为 0',
    en: 'Threads that make the calls, apart from the one that decides; 0: it makes them itself.',
    zh: '专门发起回调的线程数，与判定触发的线程分开；0 表示由判定线程自行回调。',
  }),
  recallRate: optional({
    variable: 'RECALL_RATE',
    codec: codecs.integerBetween(1, 1_000_000),
    initialEn: 'no limit',
    initialZh: '不限',
    en: 'Recalls that start within any one second, for this process.',
    zh: '本进程任意一秒内开始的回调数上限。',
  }),
  recallRatePerHost: optional({
    variable: 'RECALL_RATE_PER_HOST',
    codec: codecs.integerBetween(1, 1_000_000),
    initialEn: 'no limit',
    initialZh: '不限',
    en: 'Recalls to one host that start within any one second, for this process.',
    zh: '本进程对同一主机任意一秒内开始的回调数上限。',
  }),
  recallAllowAddresses: optional({
    variable: 'RECALL_ALLOW_ADDRESSES',
    codec: codecs.addressRanges,
    initialEn: 'every address',
    initialZh: '所有地址',
    en: 'Addresses and ranges that may be called, and no others. Link-local, cloud metadata, multicast, broadcast and unspecified addresses are never called.',
    zh: '仅允许回调这些地址或网段。链路本地、云元数据、组播、广播及未指定地址一律禁止。',
  }),
  recallDenyAddresses: optional({
    variable: 'RECALL_DENY_ADDRESSES',
    codec: codecs.addressRanges,
    initialEn: 'none',
    initialZh: '无',
    en: 'Addresses and ranges that are not called, whatever is allowed.',
    zh: '禁止回调的地址或网段，优先于允许列表。',
  }),
  runRetentionDays: setting({
    variable: 'RUN_RETENTION_DAYS',
    codec: codecs.integerBetween(1, 36_500),
    initial: '35',
    en: 'How many days the history of runs is kept, for tasks that do not say themselves.',
    zh: '执行记录保留的天数；任务可自行设置。',
  }),
  logRetentionDays: optional({
    variable: 'LOG_RETENTION_DAYS',
    codec: codecs.integerBetween(1, 36_500),
    initialEn: 'for ever',
    initialZh: '永久',
    en: 'How many days events are kept at least, and twice as long at most; not less than RUN_RETENTION_DAYS.',
    zh: '事件至少保留的天数（至多两倍）；不得小于 RUN_RETENTION_DAYS。',
  }),
  pathPrefixes: setting({
    variable: 'PATH_PREFIXES',
    codec: codecs.pathPrefixes,
    initial: '/iuap-dispatch-service,/iuap-saas-dispatch-service',
    en: 'Context paths that callers may put in front of `/dispatchserver`; `/` alone: none.',
    zh: '调用方可加在 `/dispatchserver` 之前的上下文路径；仅写 `/` 表示没有。',
  }),
} as const

type Value<S> =
  S extends OptionalSetting<infer A> ? A | null : S extends Setting<infer A> ? A : never

/** Every setting, decoded. */
export type Config = { readonly [K in keyof typeof settings]: Value<(typeof settings)[K]> }
