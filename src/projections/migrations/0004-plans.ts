// How every task stood at any moment. What these rows say about the past has to be read from the log
// again, so this step empties the read models; the projector fills all of them from the beginning.
export const sql = `
create table plans (
  seq bigint primary key,
  task_no int not null,
  revision bigint not null,
  -- When it was recorded.
  at timestamptz not null,
  position text not null,
  type event_type not null,
  actor text,
  reason text,
  source event_source,
  status task_status not null,
  -- When it took effect.
  since timestamptz not null,
  paused_until timestamptz,
  -- The rows that gave the task its status, its definition and its life.
  status_seq bigint not null,
  defined_seq bigint not null,
  added_seq bigint not null,
  -- These only where the row defines. The schedule stands in the definition too, which may hold
  -- escapes that Postgres cannot look behind.
  definition json,
  schedule text,
  search_text text,
  -- Where the trigger's grid begins (epoch milliseconds), and Quartz's count.
  start_at bigint,
  repeat_count bigint not null
);
create index plans_of_task on plans (task_no, seq);
create index plans_at on plans (at, seq);

truncate task_groups, tasks, task_progress, open_runs, runs, activity, stats, skips, gaps;
update checkpoint set position = null, events = 0, tasks = 0, groups = 0, as_of = null;
`
