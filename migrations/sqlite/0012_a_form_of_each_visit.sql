-- The same bytes may come under one id for two visits: each is kept. SQLite changes no constraint in place.
create table submission_of_a_visit (
  id integer primary key,
  -- made on the phone: the same id is the same submission
  client_id text not null,
  visit_id integer not null references visit (id),
  link_id integer references link (id),
  -- who handed it in: engineer:E-1
  by_whom text not null,
  -- SHA-256 of the bytes as sent
  body_sha256 text not null,
  body text not null,
  -- what the customer does not see; empty where nothing was written
  office_note text not null,
  received_at text not null,
  -- taken: it is the visit's record; review: a manager has to look at it
  outcome text not null check (outcome in ('taken', 'review')),
  -- why it has to be looked at
  why text,
  -- who looked at it, and what came of it
  settled_at text,
  settled_how text,
  unique (client_id, visit_id, body_sha256),
  check ((outcome = 'review') = (why is not null)),
  check ((settled_at is null) = (settled_how is null))
) strict;
insert into submission_of_a_visit (id, client_id, visit_id, link_id, by_whom, body_sha256, body, office_note,
                                   received_at, outcome, why, settled_at, settled_how)
select id, client_id, visit_id, link_id, by_whom, body_sha256, body, office_note,
       received_at, outcome, why, settled_at, settled_how
from submission;
drop table submission;
alter table submission_of_a_visit rename to submission;
-- other bytes under an id that is taken are kept for a manager: they have another why
create unique index submission_by_client on submission (client_id) where why is null or why <> 'conflict';
create index submission_by_visit on submission (visit_id);
create index submission_to_review on submission (received_at) where outcome = 'review' and settled_at is null;
create index submission_with_note on submission (received_at) where office_note <> '';
