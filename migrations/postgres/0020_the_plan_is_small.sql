-- A round keeps what is planned far ahead, as one short text; it becomes slots and visits when it comes near.

-- the first day of its next slot, which is not planned yet; null where the contract calls for no more
alter table round add column next_on date;
-- its far slots, packed; null where there are none
alter table round add column far text;
-- JSON array: who makes far visits beside its engineer; null where nobody does
alter table round add column others text;
-- the day on which the first far slot is near
alter table round add column near_on date;
-- the lowest and the highest number of its far visits
alter table round add column first_visit bigint;
alter table round add column last_visit bigint;
-- how many of its far slots wait for a visit
alter table round add column waits bigint not null default 0;
-- what comes next is reckoned when it is looked at
update round set next_on = planned_through;

create index round_by_next on round (next_on) where next_on is not null;
create index round_by_near on round (near_on) where near_on is not null;
create index round_by_visit on round (last_visit, first_visit) where last_visit is not null;
create index round_by_engineer on round (engineer) where far is not null;
create index round_waiting on round (contract, site, term) where waits > 0;

-- The numbers given last: none is given twice.
create table numbered (
  thing text not null primary key check (thing in ('slot', 'visit')),
  last bigint not null
);
insert into numbered (thing, last) select 'slot', coalesce(max(id), 0) from slot;
insert into numbered (thing, last) select 'visit', coalesce(max(id), 0) from visit;
