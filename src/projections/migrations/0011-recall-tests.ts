// Calls that were tried, for the activity. Those from before this step come with the next rebuild.
export const sql = `
create table recall_tests (
  tenant text collate "C" not null,
  -- In the tenant's stream of tests.
  revision bigint not null,
  at timestamptz not null,
  position text not null,
  source event_source,
  actor text,
  reason text,
  detail json,
  primary key (tenant, revision)
);
create index recall_tests_at on recall_tests (tenant, at, revision);
`
