// Rows of the statistics from before percentiles were kept beside sketches: found without a look at the
// others, by whoever fills them in.
export const sql = `
create index stats_unfilled on stats (from_at) where percentiles is null;
`
