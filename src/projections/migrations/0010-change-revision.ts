// The revision of a task's newest change, apart from that of its newest event, which every fire moves.
// Of the tasks that are there the newest event counts as a change until there is another: callers who
// name it are right, whatever came before.
export const sql = `
alter table task_progress add column change_revision bigint;
update task_progress set change_revision = revision;
alter table task_progress alter column change_revision set not null;
`
