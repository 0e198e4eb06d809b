-- Messages that came in, each once: what it was, and what it came to. Not their texts.

create table received (
  id integer primary key,
  -- its Message-ID, or sha256:… of its bytes where it has none
  identity text not null unique,
  -- SHA-256 of its bytes, hexadecimal
  sha256 text not null,
  kind text not null check (kind in ('reply', 'status', 'automatic', 'ordinary', 'unreadable')),
  -- the letter that it answers or tells of, and the visit that it is about
  letter_id integer references letter (id),
  visit_id integer references visit (id),
  received_at text not null,
  -- what it came to, in words
  outcome text not null
) strict;
create index received_by_visit on received (visit_id) where visit_id is not null;
create index received_by_letter on received (letter_id) where letter_id is not null;

-- What those invited to a visit have answered last, each once.
create table answer (
  visit_id integer not null references visit (id),
  -- lower case, its domain in A-labels
  email text not null,
  name text not null,
  -- of the invitation that was answered: it holds for a booking with this sequence alone
  sequence integer not null,
  answer text not null check (answer in ('accepted', 'tentative', 'declined')),
  comment text,
  -- by the clock of who answered, never later than ours
  answered_at text not null,
  received_id integer not null references received (id),
  primary key (visit_id, email)
) strict;
create index answer_declined on answer (visit_id) where answer = 'declined';
