// A group's failures, and where what is kept of plans begins: found without passing by everything else.
export const sql = `
create index runs_of_group_not_succeeded on runs (group_no, outcome, triggered_at, seq)
  where outcome <> 'succeeded';

create index plans_carried on plans (task_no, at) where type = 'TaskCarriedForward';
`
