-- What managers decide from their digests: acts on file, deadlines excused, digests of a week and of a month.

-- What a person did from a page that a secret link opened.
create table act (
  id integer primary key,
  -- made with the page's form: the same id is the same act
  client_id text not null unique,
  link_id integer not null references link (id),
  -- who held the link: manager:M-1
  by_whom text not null,
  -- what it is about: report/V12, visit/31, V12, L7
  matter text not null,
  act text not null check (act in ('assign', 'move', 'remind', 'handed-over', 'excuse', 'retry')),
  -- JSON: the act as it was asked for
  body text not null,
  done_at text not null
) strict;
create index act_by_matter on act (matter, id);

-- An excused deadline stays on file; it is flagged no more, and counted apart.
alter table deadline add column excused_at text;
alter table deadline add column excused_by text;
alter table deadline add column excused_why text;
create index deadline_judged on deadline (late_from);

-- JSON array of daily, weekly, monthly
alter table manager add column digests text not null default '["daily"]';
