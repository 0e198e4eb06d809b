-- Who did what: a line for each deed, linked afterwards so that nobody changes it unnoticed.

create table trail (
  id integer primary key,
  at text not null,
  -- engineer, manager, customer, user or program
  actor text not null,
  -- the actor's code, or a user's name
  code text,
  -- link 12, login, token, letter, command line, program
  door text not null,
  deed text not null,
  -- the site's code; empty: the office's own chain
  chain text not null,
  visit_id integer,
  -- what it was done to: V12, L9, report/V12
  subject text not null,
  -- JSON, in short; hashed as it stands, so it is text on both engines
  before text,
  after text,
  -- JSON array: names, addresses and texts with their digests; value and salt are taken out when they are erased
  personal text not null,
  -- its place in the chain, once it is linked
  number integer,
  hash text,
  run integer,
  check ((number is null) = (hash is null)),
  check ((number is null) = (run is null))
) strict;
create unique index trail_in_chain on trail (chain, number) where number is not null;
create index trail_to_link on trail (id) where number is null;
create index trail_by_chain on trail (chain, id);
create index trail_by_visit on trail (visit_id, id) where visit_id is not null;
create index trail_by_actor on trail (actor, code, id);
create index trail_by_deed on trail (deed, id);
create index trail_by_time on trail (at, id);

-- The last link of each chain.
create table trail_head (
  chain text primary key,
  number integer not null,
  hash text not null
) strict;

-- What a day's canary letter told of all chains.
create table trail_day (
  day text primary key,
  -- the last run of linking that it covers
  run integer not null,
  head text not null
) strict;
