// Since when each task has planned anything, in the order of the lists of tasks: what was not there yet
// at a past moment is passed by in an index, a group at a time. And the tasks that are there now, so that
// deleted ones are passed by too.
export const sql = `
create table plan_beginnings (
  task_no int primary key,
  tenant text collate "C" not null,
  task_group text collate "C" not null,
  job text collate "C" not null,
  -- Its first row of plans, and the earliest instant that any of its rows was recorded at.
  seq bigint not null,
  at timestamptz not null
);
insert into plan_beginnings (task_no, tenant, task_group, job, seq, at)
  select task_no, tenant, task_group, job, min(plans.seq), min(plans.at)
  from plans join tasks using (task_no) group by task_no, tenant, task_group, job;
create index plan_beginnings_listed on plan_beginnings (tenant, task_group, job, seq, at, task_no);
create index plan_beginnings_seq on plan_beginnings (tenant, task_group, seq);
create index plan_beginnings_at on plan_beginnings (tenant, task_group, at);

create index tasks_listed on tasks (tenant, task_group, job) where status not in ('Absent', 'Deleted');
`
