// What the server is told when it starts: all of it on its command line, so that the code is the one
// place to look. Sized for a service that shares a small machine with other things; durability is
// never traded for speed.
import { createHash } from 'node:crypto'
import { type Cluster } from './cluster.ts'
import { type Endpoint } from './endpoint.ts'

const fixed: Readonly<Record<string, string>> = {
  // What is acknowledged survives a power cut.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // Room for the service's pools with some to spare for a person with psql.
  max_connections: '60',
  shared_buffers: '128MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  // Nobody replicates from here; less is written. Recovery reads at most this much.
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_buffers: '16MB',
  max_wal_size: '1GB',
  min_wal_size: '128MB',
  checkpoint_timeout: '10min',
  // Many short statements: compiling them costs more than it saves.
  jit: 'off',
  // A client that was killed is noticed also while its statement runs.
  client_connection_check_interval: '10s',
  // The log holds what concerns the server; a statement's error is told to whoever sent it.
  logging_collector: 'off',
  log_min_messages: 'log',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  log_timezone: 'UTC',
  timezone: 'UTC',
}

/** The arguments of `postgres`. */
export const serverArguments = (cluster: Cluster, endpoint: Endpoint): string[] => {
  const listening =
    endpoint.type === 'socket'
      ? { listen_addresses: '', unix_socket_directories: endpoint.folder }
      : { listen_addresses: '127.0.0.1', unix_socket_directories: '' }
  const settings = {
    ...fixed,
    ...listening,
    unix_socket_permissions: '0700',
    port: String(endpoint.port),
    cluster_name: clusterNameOf(cluster.binaries.version),
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', cluster.data, ...args]
}

/** Says which version and settings a running server was started with. */
export const clusterNameOf = (version: string): string => {
  const text = JSON.stringify([version, fixed])
  return `carillon-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
}
