// What a run's page says.
import type { Texts } from '../words.ts'

const en = {
  phases: 'Where the time went',
  queued: 'Queue',
  dns: 'DNS',
  connect: 'Connect',
  tls: 'TLS',
  firstByte: 'Wait',
  rest: 'Receive',
  attempt: 'Attempt {0}',
  reply: 'Reply',
  noReply: 'No reply was recorded.',
  noAttempts: 'No attempt has ended yet.',
  started: 'Called at',
  finished: 'Ended at',
  runId: 'Run id',
  status: 'Status code',
}
const zh: Record<keyof typeof en, string> = {
  phases: '耗时分布',
  queued: '排队',
  dns: 'DNS 解析',
  connect: '建立连接',
  tls: 'TLS 握手',
  firstByte: '等待应答',
  rest: '接收',
  attempt: '第 {0} 次尝试',
  reply: '应答',
  noReply: '没有记录到应答。',
  noAttempts: '尚无已结束的尝试。',
  started: '回调时间',
  finished: '结束时间',
  runId: '执行编号',
  status: '状态码',
}
export const runWords: Texts<keyof typeof en> = { en, zh }
