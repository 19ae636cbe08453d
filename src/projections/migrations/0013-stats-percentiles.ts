// What a row of the statistics shows of its two sketches, beside them: who looks at a minute or an hour
// as it is kept need not take any apart. Null in rows from before this step; those are read as ever.
export const sql = `
alter table stats add column percentiles text;
`
