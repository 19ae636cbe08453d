// Runs that last long or come late, by any length and within a group: what is asked stands in the index,
// so that those that do not match are passed by without being read. Fires on time stand in neither.
//
// And the names of the calendars a task's schedule has, null where it has none, so that the tasks of a
// calendar are found without a look at every definition.
export const sql = `
drop index runs_late;
create index runs_late on runs (triggered_at, seq, group_no, (started_at - scheduled_for))
  where started_at - scheduled_for >= interval '1 second';

drop index runs_slow;
create index runs_slow on runs (triggered_at, seq, group_no, (finished_at - started_at))
  where finished_at - started_at >= interval '1 second';

alter table tasks add column calendars jsonb;
update tasks set calendars = named.calendars
  from (
    select distinct on (task_no) task_no, schedule::jsonb -> 'calendars' as calendars from plans
    where defined_seq = seq order by task_no, seq desc
  ) named
  where named.task_no = tasks.task_no and named.calendars <> '[]';
create index tasks_of_calendar on tasks using gin (calendars) where calendars is not null;
`
