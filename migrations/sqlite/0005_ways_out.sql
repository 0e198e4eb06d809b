-- Letters by the way they go, tries counted from the first one, and what is known of each relay.

-- What stands after the @ of the recipient's address, in lower case.
alter table letter add column to_domain text not null default '';
update letter set to_domain = lower(trim(substr(to_email, instr(to_email, '@') + 1))) where instr(to_email, '@') > 0;

-- When the letter was first tried; a retry by hand begins anew.
alter table letter add column first_tried_at text;
update letter set first_tried_at = (select min(at) from attempt where letter_id = letter.id);

-- Attempts before the retry by hand.
alter table letter add column tried_before integer not null default 0;

-- A relay whose last answer was a failure; one that serves has no row.
create table relay (
  relay text not null primary key,
  failures integer not null check (failures > 0),
  -- since when no letter is thrown at it; null while it is
  open_since text,
  probe_at text,
  said text not null,
  check ((open_since is null) = (probe_at is null))
) strict;

-- What a claim looks for, in the order in which it takes it, without reading a letter that goes another way.
drop index letter_waiting;
create index letter_waiting on letter (next_attempt_at, id, to_domain) where state = 'waiting';
