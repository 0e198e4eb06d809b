-- The office. Keys of what the user imports are the user's own codes.
-- Instants are UTC; dates are days at the site unless the column says otherwise.

create table customer (
  customer text not null primary key,
  name text not null,
  language text not null check (language in ('en', 'es', 'zh'))
) strict;

create table site (
  site text not null primary key,
  customer text not null references customer (customer),
  name text not null,
  address text not null,
  country text not null,
  subdivision text not null,
  time_zone text not null,
  latitude real,
  longitude real,
  language text check (language in ('en', 'es', 'zh')),
  check ((latitude is null) = (longitude is null))
) strict;
create index site_by_customer on site (customer);

-- One row for each (site or customer, email, role); `of_site` and `of_customer` exclude each other.
create table contact (
  id integer primary key,
  of_site text references site (site),
  of_customer text references customer (customer),
  email text not null,
  role text not null check (role in ('operations', 'reports', 'escalation')),
  name text not null,
  language text check (language in ('en', 'es', 'zh')),
  check ((of_site is null) <> (of_customer is null))
) strict;
create unique index contact_of_site on contact (of_site, email, role) where of_site is not null;
create unique index contact_of_customer on contact (of_customer, email, role) where of_customer is not null;

create table engineer (
  engineer text not null primary key,
  name text not null,
  email text not null,
  phone text not null,
  -- JSON array of words, sorted
  skills text not null,
  time_zone text not null,
  calendar text not null,
  latitude real,
  longitude real,
  language text not null check (language in ('en', 'es', 'zh')),
  check ((latitude is null) = (longitude is null))
) strict;

create table manager (
  manager text not null primary key,
  name text not null,
  email text not null,
  -- JSON: "all" or {"customers": [codes]}
  scope text not null,
  time_zone text not null,
  calendar text not null,
  -- local time of day, HH:MM
  digest_at text not null,
  language text not null check (language in ('en', 'es', 'zh'))
) strict;

create table equipment (
  equipment text not null primary key,
  site text not null references site (site),
  name text not null,
  make text not null,
  model text not null,
  serial text not null,
  checklist text not null,
  skills text not null,
  accepted_on text,
  warranty_months integer
) strict;
create index equipment_by_site on equipment (site);
create index equipment_by_warranty on equipment (warranty_months, accepted_on);

create table contract (
  contract text not null primary key,
  customer text not null references customer (customer),
  -- JSON: "all" or {"only": [codes]}
  sites text not null,
  plan text not null,
  accepted_on text not null,
  ends_on text,
  -- JSON object: term.key → text
  overrides text not null,
  check (ends_on is null or ends_on >= accepted_on)
) strict;
create index contract_by_customer on contract (customer);

-- What the planner has settled for one term at one site: by which rule, how far, with whom.
create table round (
  contract text not null references contract (contract),
  site text not null references site (site),
  term text not null,
  -- fingerprint of the numbers that the slots were made with
  rule text not null,
  planned_through text not null,
  -- days from a slot's first day to the day aimed at; null until a whole window was planned
  offset_days integer,
  engineer text references engineer (engineer),
  primary key (contract, site, term)
) strict;

-- The nth visit that a term calls for at a site, with its window.
create table slot (
  id integer primary key,
  contract text not null references contract (contract),
  site text not null references site (site),
  term text not null,
  number integer not null check (number > 0),
  purpose text not null,
  nominal_on text not null,
  first_on text not null,
  last_on text not null,
  -- JSON: why it has no visit yet; null when it has one
  unplanned text,
  -- 1 once its deadline exists
  watched integer not null,
  check (first_on <= last_on),
  unique (contract, site, term, number)
) strict;
create index slot_unplanned on slot (first_on) where unplanned is not null;
create index slot_unwatched on slot (first_on) where not watched;

create table visit (
  id integer primary key,
  slot_id integer unique references slot (id),
  contract text not null references contract (contract),
  site text not null references site (site),
  term text not null,
  number integer not null,
  purpose text not null,
  state text not null check (state in ('planned', 'booked', 'done', 'cancelled')),
  engineer text not null references engineer (engineer),
  day text not null,
  starts text not null,
  takes_minutes integer not null,
  -- the day from which it is announced; a hint
  announce_on text not null,
  -- when it is reminded of, UTC; a hint, null once it was
  remind_at text,
  announced_at text,
  sequence integer not null,
  completed_at text,
  cancelled_at text,
  reason text,
  -- 1 once the deadline of its record exists
  watched integer not null,
  check (state <> 'planned' or announced_at is null),
  check (state <> 'booked' or announced_at is not null),
  check ((state = 'done') = (completed_at is not null)),
  check ((state = 'cancelled') = (cancelled_at is not null))
) strict;
create index visit_to_announce on visit (announce_on) where state = 'planned';
create index visit_to_remind on visit (remind_at) where remind_at is not null;
create index visit_unwatched on visit (day) where state = 'booked' and not watched;
create index visit_by_site on visit (site, day);
create index visit_by_engineer on visit (engineer, day);
create index visit_by_day on visit (day);

create table record (
  visit_id integer not null primary key references visit (id),
  -- SHA-256 of the canonical JSON
  sha256 text not null,
  body text not null,
  received_at text not null,
  -- 1 once its report was drawn, or where there is none to draw
  reported integer not null
) strict;
create index record_unreported on record (received_at) where not reported;

-- A second, different record of the same visit: refused, and kept.
create table record_conflict (
  visit_id integer not null references visit (id),
  sha256 text not null,
  body text not null,
  received_at text not null,
  primary key (visit_id, sha256)
) strict;

-- Photos of a record by file name; the bytes are in the documents.
create table photo (
  visit_id integer not null references visit (id),
  file text not null,
  sha256 text not null,
  primary key (visit_id, file)
) strict;

-- Hidden dangers of a site (P02).
create table finding (
  id integer primary key,
  visit_id integer not null references visit (id),
  -- place in its record, from 1
  number integer not null,
  site text not null references site (site),
  severity text not null check (severity in ('minor', 'major', 'critical')),
  -- JSON: the finding as recorded
  body text not null,
  close_by text,
  closed_by integer references visit (id),
  closed_how text,
  unique (visit_id, number)
) strict;
create index finding_open on finding (site) where closed_by is null;

create table report (
  visit_id integer not null references visit (id),
  revision integer not null check (revision > 0),
  kind text not null check (kind in ('inspection', 'certificate')),
  language text not null,
  sha256 text not null,
  issued_at text not null,
  primary key (visit_id, revision)
) strict;

-- At most one filing a visit; gone again when a recipient's server takes its word back.
create table filing (
  visit_id integer not null primary key references visit (id),
  revision integer not null,
  filed_at text not null,
  -- JSON: how, to whom, who says so
  how text not null,
  foreign key (visit_id, revision) references report (visit_id, revision)
) strict;

create table deadline (
  id integer primary key,
  -- visit/{slot}, record/{visit}, report/{visit}
  key text not null unique,
  owed text not null check (owed in ('visit', 'training', 'record', 'report')),
  site text not null references site (site),
  customer text not null references customer (customer),
  contract text not null references contract (contract),
  term text not null,
  slot_id integer references slot (id),
  visit_id integer references visit (id),
  -- the day at the site that the clock started
  since_on text not null,
  -- calendar days at the site, and their end (24:00 there); null while they cannot be counted
  due_on text,
  late_from text,
  provisional integer not null,
  -- JSON: how it was counted
  due text not null,
  -- JSON: the steps to go through
  escalation text not null,
  -- code and version of the calendar it was counted with
  calendar text not null,
  calendar_version text not null,
  opened_at text not null,
  met_at text,
  -- when to look at it next; a hint, null when there is nothing to wait for
  next_look_at text,
  check ((due_on is null) = (late_from is null)),
  check (met_at is null or next_look_at is null)
) strict;
create index deadline_to_look_at on deadline (next_look_at) where next_look_at is not null;
create index deadline_open on deadline (late_from) where met_at is null;
create index deadline_met on deadline (met_at) where met_at is not null;
create index deadline_by_visit on deadline (visit_id);
create index deadline_by_slot on deadline (slot_id);
create index deadline_uncounted on deadline (id) where met_at is null and due_on is null;

-- One flag a level: raised once, dated by the deadline.
create table flag (
  deadline_id integer not null references deadline (id),
  -- before-1, on-the-day, late-1 …
  level text not null,
  dated text not null,
  raised_at text not null,
  primary key (deadline_id, level)
) strict;

create table letter (
  id integer primary key,
  -- what makes it unique, for example late-report/V12/late-1/manager:M-1
  key text not null unique,
  notice text not null,
  message_id text not null unique,
  to_name text not null,
  to_email text not null,
  language text not null,
  subject text not null,
  visit_id integer references visit (id),
  deadline_id integer references deadline (id),
  created_at text not null,
  bytes blob not null,
  state text not null check (state in ('waiting', 'sent', 'undelivered', 'cancelled')),
  attempts integer not null,
  next_attempt_at text,
  sent_at text,
  given_up_at text,
  -- the last answer of a server, or what went wrong
  outcome text,
  check ((state = 'waiting') = (next_attempt_at is not null)),
  check ((state = 'sent') = (sent_at is not null)),
  check ((state = 'undelivered') = (given_up_at is not null))
) strict;
create index letter_waiting on letter (next_attempt_at) where state = 'waiting';
create index letter_undelivered on letter (given_up_at) where state = 'undelivered';
create index letter_by_visit on letter (visit_id);

create table attempt (
  letter_id integer not null references letter (id),
  number integer not null,
  at text not null,
  relay text not null,
  -- SMTP reply code; null where no reply came
  code integer,
  outcome text not null check (outcome in ('accepted', 'put off', 'refused')),
  said text not null,
  primary key (letter_id, number)
) strict;

-- Small facts of the office itself, by name.
create table fact (
  name text not null primary key,
  value text not null
) strict;
