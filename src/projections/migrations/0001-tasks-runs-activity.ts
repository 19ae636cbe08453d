// The first read models. Names are unqualified: the migration runs with the search path set to the
// schema it fills, so that a rebuild can fill another one beside it.
//
// Tasks, groups and events are numbered in log order, so that rows are narrow and a rebuild gives
// the same numbers. What changes with every fire (task_progress, open_runs) has few indexes and free
// room in its pages; what has ended (runs) is written once.
export const sql = `
create type task_status as enum ('Absent', 'Active', 'Paused', 'Completed', 'Deleted');
create type run_cause as enum ('schedule', 'manual', 'catch-up', 'backfill', 'rerun');
create type run_outcome as enum
  ('running', 'retrying', 'accepted', 'succeeded', 'failed', 'timed-out', 'cancelled');
create type event_source as enum ('api', 'console', 'scheduler', 'recall', 'import');
create type event_type as enum
  ('TaskAdded', 'TaskReplaced', 'TaskPaused', 'TaskResumed', 'TaskDeleted', 'TaskCompleted',
   'TaskTriggered', 'OccurrencesSkipped', 'RecallSucceeded', 'RecallFailed', 'RecallAccepted',
   'RecallTimedOut', 'RecallTakenOver', 'RecallReportedLate', 'RunCancelled', 'TaskCarriedForward');

create table checkpoint (
  one boolean primary key default true check (one),
  -- Everything up to here is in the tables; null before the first page.
  position text,
  -- Events, tasks and groups numbered so far.
  events bigint not null default 0,
  tasks int not null default 0,
  groups int not null default 0,
  -- Everything recorded before this is in the tables.
  as_of timestamptz
) with (fillfactor = 20);
insert into checkpoint default values;

create table task_groups (
  group_no int primary key,
  tenant text collate "C" not null,
  task_group text collate "C" not null,
  unique (tenant, task_group)
);

-- Absent: a task of which the log holds only later events; everything below the status is null then.
create table tasks (
  task_no int primary key,
  group_no int not null,
  tenant text collate "C" not null,
  task_group text collate "C" not null,
  job text collate "C" not null,
  status task_status not null,
  status_since timestamptz,
  status_by text,
  status_reason text,
  paused_until timestamptz,
  definition json,
  name text,
  description text,
  priority double precision,
  schedule_kind text,
  schedule_rule text,
  zone text,
  target text,
  search_text text,
  added_at timestamptz,
  added_by text,
  added_reason text,
  changed_at timestamptz,
  changed_by text,
  changed_reason text,
  unique (tenant, task_group, job)
);

create table task_progress (
  task_no int primary key,
  revision bigint not null,
  next_fire_at timestamptz,
  fired bigint not null,
  succeeded bigint not null,
  failed bigint not null,
  timed_out bigint not null,
  cancelled bigint not null,
  skipped bigint not null,
  last_run_id uuid,
  last_outcome run_outcome,
  last_triggered_at timestamptz,
  last_finished_at timestamptz
) with (fillfactor = 50);

create table open_runs (
  run_id uuid primary key,
  seq bigint not null,
  revision bigint not null,
  triggered_at timestamptz not null,
  scheduled_for timestamptz,
  started_at timestamptz,
  retry_at timestamptz,
  deadline_at timestamptz,
  task_no int not null,
  group_no int not null,
  cause run_cause not null,
  outcome run_outcome not null,
  -- The current attempt; failures of lower ones are superseded.
  attempt int not null,
  attempts int not null,
  status_code int,
  target text not null,
  reason text,
  result_value text
) with (fillfactor = 70);
create index open_runs_newest on open_runs (triggered_at, seq);
create index open_runs_of_task on open_runs (task_no, triggered_at, seq);

create table runs (
  run_id uuid not null,
  seq bigint not null,
  revision bigint not null,
  triggered_at timestamptz not null,
  scheduled_for timestamptz,
  started_at timestamptz,
  finished_at timestamptz not null,
  task_no int not null,
  group_no int not null,
  cause run_cause not null,
  outcome run_outcome not null,
  attempts int not null,
  status_code int,
  target text not null,
  reason text,
  result_value text,
  primary key (run_id, triggered_at)
) partition by range (triggered_at);
create index runs_newest on runs (triggered_at, seq);
create index runs_of_task on runs (task_no, triggered_at, seq);
create index runs_of_group on runs (group_no, triggered_at, seq);
create index runs_not_succeeded on runs (outcome, triggered_at, seq) where outcome <> 'succeeded';
create index runs_off_schedule on runs (cause, triggered_at, seq) where cause <> 'schedule';

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
  primary key (at, seq)
);
create index activity_of_task on activity (task_no, at, seq);
create index activity_of_group on activity (group_no, at, seq);
create index activity_of_type on activity (type, at, seq)
  where type not in ('TaskTriggered', 'RecallSucceeded');
create index activity_of_actor on activity (actor, at, seq) where actor is not null;
create index activity_of_source on activity (source, at, seq)
  where source not in ('scheduler', 'recall');
`
