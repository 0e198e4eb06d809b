-- The auditor's memory: since when the office answers for a term at a site, through when its periods are closed, and where
-- the books were not what the facts say.

create table answered (
  site text not null references site (site),
  contract text not null references contract (contract),
  term text not null,
  -- the company's day on which the office first knew of it
  since_on text not null,
  -- the last day of the periods that are closed, and what they were counted by
  sealed_through text,
  sealed_by text,
  primary key (site, contract, term),
  check ((sealed_through is null) = (sealed_by is null))
) strict, without rowid;

-- What an earlier version has kept begins with the first window that it planned.
insert into answered (site, contract, term, since_on)
select site, contract, term, min(first_on)
from slot
group by site, contract, term;
insert into fact (name, value)
select 'promises-inherited', 'yes'
where exists (select 1 from slot);

create table promise_difference (
  id integer primary key,
  site text not null references site (site),
  contract text not null,
  term text not null,
  -- JSON: what it is about, what the facts say of it, and what the store holds
  place text not null,
  facts text not null,
  held text not null,
  found_at text not null,
  -- 1: found by the first audit of what an earlier version had kept
  inherited integer not null,
  -- when an audit did not find it any more
  gone_at text,
  accepted_at text,
  accepted_by text,
  accepted_why text,
  check ((accepted_at is null) = (accepted_by is null)),
  check ((accepted_at is null) = (accepted_why is null))
) strict;
create unique index promise_difference_standing on promise_difference (site, contract, term, place, facts, held)
  where gone_at is null;
create index promise_difference_open on promise_difference (id) where gone_at is null;
