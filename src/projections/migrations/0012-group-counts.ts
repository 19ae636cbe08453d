// How many tasks of a group are active, paused, completed and failing: counted where a task changes, so
// that the list of groups reads a row for each group and no task.
export const sql = `
alter table task_groups
  add column active int not null default 0,
  add column paused int not null default 0,
  add column completed int not null default 0,
  add column failing int not null default 0;
update task_groups set active = n.active, paused = n.paused, completed = n.completed, failing = n.failing
  from (
    select group_no,
      count(*) filter (where status = 'Active') as active,
      count(*) filter (where status = 'Paused') as paused,
      count(*) filter (where status = 'Completed') as completed,
      count(*) filter (where status = 'Active' and failing_since is not null) as failing
    from tasks join task_progress using (task_no)
    group by group_no
  ) n
  where n.group_no = task_groups.group_no;
`
