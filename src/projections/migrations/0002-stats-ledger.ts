// Statistics by minute and hour, and the skipped spans that make the ledger whole together with the
// runs. The log is read anew from its beginning, because neither can be told from the rows there are.
//
// Groups learn which tenant they are of as a number: that of the tenant's first group. The rows of a
// tenant as a whole have it, negative, as their scope.
export const sql = `
truncate task_groups, tasks, task_progress, open_runs, runs, activity;
update checkpoint set position = null, events = 0, tasks = 0, groups = 0, as_of = null;

alter table task_groups add column tenant_no int not null;

create type stats_step as enum ('minute', 'hour');
create table stats (
  scope int not null,
  step stats_step not null,
  from_at timestamptz not null,
  fired bigint not null,
  succeeded bigint not null,
  failed bigint not null,
  timed_out bigint not null,
  cancelled bigint not null,
  -- Occurrences that did not fire, by verdict; null: none.
  skipped json,
  -- How many durations lay in which bucket; null: none.
  lateness bytea,
  duration bytea,
  primary key (scope, step, from_at)
) with (fillfactor = 50);

create table skips (
  seq bigint not null,
  revision bigint not null,
  decided_at timestamptz not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  task_no int not null,
  group_no int not null,
  count int not null,
  count_exact boolean not null,
  verdict text collate "C" not null,
  blocked_by uuid,
  primary key (decided_at, seq)
) partition by range (decided_at);
create index skips_of_task on skips (task_no, decided_at, seq);
create index skips_of_group on skips (group_no, decided_at, seq);
create index skips_of_verdict on skips (verdict, decided_at, seq);
`
