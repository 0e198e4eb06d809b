-- What a visit could not inspect, and the engineer's reason.
create table not_inspected (
  visit_id integer not null references visit (id),
  equipment text not null,
  item text not null,
  why text not null,
  primary key (visit_id, equipment, item)
) strict;

-- The visit for whose rest this one was added: what that could not inspect. Whatever took place stays, so that no foreign
-- key is needed, which would cost a search for each visit that is taken back.
alter table visit add column rest_of integer;
create index visit_of_rest on visit (rest_of) where rest_of is not null;
create index visit_for_rest_ahead on visit (rest_of)
  where rest_of is not null and completed_at is null and cancelled_at is null;

-- Visits whose period waits until the rest was seen, and by what state of the office a visit for it was last sought.
create table rest (
  visit_id integer not null primary key references visit (id),
  sought_by text
) strict;
