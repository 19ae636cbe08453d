// The layer rules of ARCHITECTURE.md, enforced. Each rule says in its comment what it protects.
const rooms = (...names) => `^src/(${names.join('|')})/`

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that two modules are one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment:
        'Domain imports itself, fp-ts and io-ts (and cron-parser in its one Unix-dialect file).',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '^src/domain/schedule/unix-cron\\.ts$' },
      to: { pathNot: ['^src/domain/', 'node_modules/(fp-ts|io-ts)/'] },
    },
    {
      name: 'domain-unix-cron',
      comment: 'The Unix dialect may use cron-parser, and nothing else beyond the domain.',
      severity: 'error',
      from: { path: '^src/domain/schedule/unix-cron\\.ts$' },
      to: { pathNot: ['^src/domain/', 'node_modules/(fp-ts|io-ts|cron-parser)/'] },
    },
    {
      name: 'adapters-never-meet',
      comment: 'Each event-store adapter keeps its driver to itself.',
      severity: 'error',
      from: { path: '^src/event-store/(memory|postgres|eventstoredb)/' },
      to: {
        path: '^src/event-store/(memory|postgres|eventstoredb)/',
        pathNot: '^src/event-store/$1/',
      },
    },
    {
      name: 'only-main-picks-adapters',
      comment: 'main.ts is the only importer of an adapter.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/main\\.ts$', '^src/event-store/(memory|postgres|eventstoredb)/'],
      },
      to: { path: '^src/event-store/(memory|postgres|eventstoredb)/' },
    },
    {
      name: 'commands-know-the-domain-and-the-port',
      severity: 'error',
      from: { path: '^src/commands/' },
      to: { path: rooms('projections', 'scheduler', 'api', 'cli', 'client', 'runtime') },
    },
    {
      name: 'event-store-knows-no-room',
      severity: 'error',
      from: { path: '^src/event-store/' },
      to: { path: rooms('commands', 'projections', 'scheduler', 'api', 'cli', 'client') },
    },
    {
      name: 'projections-write-rows-only',
      severity: 'error',
      from: { path: '^src/projections/' },
      to: { path: rooms('commands', 'scheduler', 'api', 'cli', 'client') },
    },
    {
      name: 'scheduler-knows-no-api',
      severity: 'error',
      from: { path: '^src/scheduler/' },
      to: { path: rooms('projections', 'api', 'cli', 'client') },
    },
    {
      name: 'nodes-know-commands',
      severity: 'error',
      from: { path: '^src/nodes/' },
      to: { path: rooms('projections', 'scheduler', 'api', 'cli', 'client') },
    },
    {
      name: 'retention-knows-commands',
      severity: 'error',
      from: { path: '^src/retention/' },
      to: { path: rooms('projections', 'scheduler', 'api', 'cli', 'client') },
    },
    {
      name: 'api-does-not-schedule',
      severity: 'error',
      from: { path: '^src/api/' },
      to: { path: rooms('scheduler', 'cli', 'client') },
    },
    {
      name: 'client-stands-alone',
      comment: 'Others import the client: it uses `fetch` and nothing else, of ours or of others.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: '^src/client/' },
    },
    {
      name: 'nobody-imports-the-client',
      comment: 'The client is for callers; but the command line is one.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(client|cli)/' },
      to: { path: rooms('client') },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
