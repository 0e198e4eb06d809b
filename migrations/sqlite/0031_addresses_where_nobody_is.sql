-- Mail does not reach everybody: a report counts as delivered by its contract's rule, which does not wait for those.

-- When it turned out that nobody is at the letter's address; stays where it is sent there again.
alter table letter add column lost_at text;

-- Addresses at which nobody is, as a server has said; taken off when somebody has a letter sent there again.
create table unreachable (
  email text not null primary key,
  since_at text not null,
  -- the letter that was refused or came back
  letter_id integer not null references letter (id),
  said text not null
) strict, without rowid;
create index unreachable_letter on unreachable (letter_id);
create index contact_email on contact (email);
