// Text is found wherever it stands, words of one or two Chinese characters too: by the grams of one,
// two and three characters it is made of. Postgres's own trigrams know no shorter words, and depend on
// the locale and on an extension that not every server offers.
//
// Runs are indexed day by day after the day is over (see runs/text-index.ts), so that a fire does not
// pay for it; of each a bounded extract is searched. Upper and lower case are one in ASCII alone, so
// that every server agrees on it.
export const sql = `
create function search_grams(searched text) returns text[]
language sql immutable strict parallel safe as $$
  select coalesce(array_agg(distinct gram), '{}')
  from (
    select c, lead(c) over (order by n) as d, lead(c, 2) over (order by n) as e
    from unnest(string_to_array(searched, null)) with ordinality as characters (c, n)
  ) following
  cross join lateral (values (case when octet_length(c) > 1 then c end), (c || d), (c || d || e))
    as grams (gram)
  where gram is not null
$$;

create function run_extract(reason text, result_value text) returns text
language sql immutable parallel safe as $$
  select lower(left(concat_ws(E'\\n', reason, result_value), 512) collate "C")
$$;

create index tasks_text on tasks using gin (search_grams(search_text));
`
