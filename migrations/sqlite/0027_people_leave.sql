-- Whoever and whatever leaves: the first day on which it is not there any more, and what comes in its place.
alter table site add column left_on text;
alter table contact add column left_on text;
alter table engineer add column left_on text;
alter table engineer add column successor text;
alter table manager add column left_on text;
alter table manager add column successor text;
alter table equipment add column retired_on text;
alter table equipment add column replaced_by text;

-- What spoke against a booking when a person booked it all the same: a JSON array of words. Null where nothing did.
alter table visit add column overruled text;

-- Booked visits that cannot take place as they are booked.
create table unfit_visit (
  visit_id integer primary key references visit (id) on delete cascade,
  -- JSON: why, all of it
  reasons text not null,
  since_at text not null,
  -- JSON: who could make it when instead; null where nobody could
  proposal text,
  -- when it was to be reminded of, which waits for it to be fit
  remind_at text
) strict;

-- Managers take what is proposed. SQLite changes no check in place.
create table act_with_proposals (
  id integer primary key,
  -- made with the page's form: the same id is the same act
  client_id text not null unique,
  link_id integer not null references link (id),
  -- who held the link: manager:M-1
  by_whom text not null,
  -- what it is about: report/V12, visit/31, V12, L7, form:3
  matter text not null,
  act text not null check (act in ('assign', 'move', 'take-proposal', 'remind', 'handed-over', 'excuse', 'retry', 'take-form',
                                   'dismiss-form')),
  -- JSON: the act as it was asked for
  body text not null,
  done_at text not null
) strict;
insert into act_with_proposals (id, client_id, link_id, by_whom, matter, act, body, done_at)
select id, client_id, link_id, by_whom, matter, act, body, done_at from act;
drop table act;
alter table act_with_proposals rename to act;
create index act_by_matter on act (matter, id);
