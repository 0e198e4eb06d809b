-- The form on a phone: what phones mirror while a record is filled in, photos that have arrived, what was handed in,
-- and signatures that customers give later by a link.

-- One field of a visit's draft, as the office took it last.
create table draft_field (
  visit_id integer not null references visit (id),
  -- findings/3f2a/text
  path text not null,
  -- JSON
  value text not null,
  -- rises with each field that is taken of this visit
  rev integer not null check (rev > 0),
  -- the phone that wrote it
  device text not null,
  written_at text not null,
  primary key (visit_id, path),
  unique (visit_id, rev)
) strict;

-- A photo that a phone has sent whole. What is kept was encoded anew.
create table form_photo (
  visit_id integer not null references visit (id),
  -- of the bytes as sent
  sent_sha256 text not null,
  bytes integer not null,
  -- of what is among the documents
  sha256 text not null,
  received_at text not null,
  primary key (visit_id, sent_sha256)
) strict;

-- What was handed in from a form, as it was sent.
create table submission (
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
  unique (client_id, body_sha256),
  check ((outcome = 'review') = (why is not null)),
  check ((settled_at is null) = (settled_how is null))
) strict;
-- other bytes under an id that is taken are kept for a manager: they have another why
create unique index submission_by_client on submission (client_id) where why is null or why <> 'conflict';
create index submission_by_visit on submission (visit_id);
create index submission_to_review on submission (received_at) where outcome = 'review' and settled_at is null;
create index submission_with_note on submission (received_at) where office_note <> '';

-- A signature that the customer's engineer was asked for by a link.
create table countersign (
  visit_id integer not null primary key references visit (id),
  asked_at text not null,
  -- how long the report waits for it
  waits_until text not null,
  -- SHA-256 of the record as it was handed in, before it was signed
  record_sha256 text not null,
  -- made on the phone of who signed
  client_id text unique,
  body_sha256 text,
  link_id integer references link (id),
  -- JSON: name, role, strokes, remarks
  body text,
  signed_at text,
  check ((client_id is null) = (signed_at is null)),
  check ((body is null) = (signed_at is null))
) strict;
create index countersign_waiting on countersign (waits_until) where signed_at is null;

-- Managers decide about forms that wait. SQLite changes no check in place.
create table act_with_forms (
  id integer primary key,
  -- made with the page's form: the same id is the same act
  client_id text not null unique,
  link_id integer not null references link (id),
  -- who held the link: manager:M-1
  by_whom text not null,
  -- what it is about: report/V12, visit/31, V12, L7, form:3
  matter text not null,
  act text not null check (act in ('assign', 'move', 'remind', 'handed-over', 'excuse', 'retry', 'take-form',
                                   'dismiss-form')),
  -- JSON: the act as it was asked for
  body text not null,
  done_at text not null
) strict;
insert into act_with_forms (id, client_id, link_id, by_whom, matter, act, body, done_at)
select id, client_id, link_id, by_whom, matter, act, body, done_at from act;
drop table act;
alter table act_with_forms rename to act;
create index act_by_matter on act (matter, id);
