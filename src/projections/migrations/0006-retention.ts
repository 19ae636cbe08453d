// Run history is dropped by age, a day at a time. So the activity is kept in two parts: what people
// did to tasks stays, what fires and calls left behind is partitioned by day like the runs. Each task
// may say how long its own history is kept. The log is read anew, which fills the parts.
//
// The number of the layout changes whenever a partition is dropped, so that whoever writes looks again
// which there are.
export const sql = `
drop table activity;
create table activity (
  at timestamptz not null,
  seq bigint not null,
  revision bigint not null,
  task_no int not null,
  group_no int not null,
  type event_type not null,
  source event_source,
  run_id uuid,
  position text not null,
  actor text,
  reason text,
  detail json,
  primary key (at, seq, type)
) partition by list (type);
create table activity_of_changes partition of activity for values in
  ('TaskAdded', 'TaskReplaced', 'TaskPaused', 'TaskResumed', 'TaskDeleted', 'TaskCompleted');
create table activity_of_runs partition of activity default partition by range (at);
create index activity_of_task on activity (task_no, at, seq);
create index activity_of_group on activity (group_no, at, seq);
create index activity_of_type on activity (type, at, seq)
  where type not in ('TaskTriggered', 'RecallSucceeded');
create index activity_of_actor on activity (actor, at, seq) where actor is not null;
create index activity_of_source on activity (source, at, seq)
  where source not in ('scheduler', 'recall');

alter table tasks add column retention_days int;
create index tasks_retention on tasks (task_no) where retention_days is not null;
create index stats_minutes on stats (from_at) where step = 'minute';
alter table checkpoint add column layout int not null default 0;

-- History before this is gone: of tasks that do not say how long theirs is kept (task 0), and of those
-- that do, or did.
create table retained (
  task_no int primary key,
  from_at timestamptz not null
);

truncate task_groups, tasks, task_progress, open_runs, runs, stats, skips, gaps, plans;
update checkpoint set position = null, events = 0, tasks = 0, groups = 0, as_of = null;
`
