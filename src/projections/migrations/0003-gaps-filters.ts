// Planned instants without a verdict, how long a task has been failing, and an index for each filter.
// The log is read anew from its beginning, because where a schedule stood is not in the rows.
//
// What changes at every fire has few indexes: that of the next fire, and two of tasks that do not
// work, which cost the others nothing.
export const sql = `
truncate task_groups, tasks, task_progress, open_runs, runs, activity, stats, skips;
update checkpoint set position = null, events = 0, tasks = 0, groups = 0, as_of = null;

alter table task_progress
  add column failed_in_a_row int not null,
  add column failing_since timestamptz,
  -- Where the schedule stands: null before the first event that says so.
  add column decided_through timestamptz,
  add column start_at timestamptz,
  add column repeat_count int;
create index task_progress_next_fire on task_progress (next_fire_at, task_no)
  where next_fire_at is not null;
create index task_progress_failing on task_progress (failing_since, task_no)
  where failing_since is not null;
create index task_progress_last_outcome on task_progress (last_outcome, task_no)
  where last_outcome <> 'succeeded';
create index runs_late on runs (triggered_at, seq)
  where started_at - scheduled_for >= interval '1 second';
create index runs_slow on runs (triggered_at, seq)
  where finished_at - started_at >= interval '1 second';
create index tasks_of_status on tasks (tenant, status, task_group, job);
create index tasks_of_kind on tasks (tenant, schedule_kind, task_group, job);

create table gaps (
  task_no int not null,
  group_no int not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  count int not null,
  count_exact boolean not null,
  since timestamptz not null,
  -- The grid that planned them.
  start_at timestamptz,
  repeat_count int not null
);
create index gaps_of_task on gaps (task_no, first_at);
create index gaps_oldest on gaps (since, task_no, first_at);
`
