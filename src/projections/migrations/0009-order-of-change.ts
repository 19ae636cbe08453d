// Tasks that were changed last, first.
export const sql = `
create index tasks_changed on tasks (tenant, changed_at desc, task_no desc);
`
