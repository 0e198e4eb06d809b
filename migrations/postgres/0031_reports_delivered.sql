-- A report counts as delivered by its contract's rule, which does not wait for those whom mail does not reach; a report that
-- is corrected after it was filed may have a clock of its own.

-- When it turned out that nobody is at the letter's address; stays where it is sent there again.
alter table letter add column lost_at timestamptz;

-- Addresses at which nobody is, as a server has said; taken off when somebody has a letter sent there again.
create table unreachable (
  email text not null primary key,
  since_at timestamptz not null,
  -- the letter that was refused or came back
  letter_id bigint not null references letter (id),
  said text not null
);
create index unreachable_letter on unreachable (letter_id);
create index contact_email on contact (email);

-- Records that were corrected after their report was filed, and the revision of the report that is drawn of each.
create table correction (
  visit_id bigint not null references visit (id),
  revision bigint not null,
  corrected_at timestamptz not null,
  -- working days, by the contract of its day; null: it has no clock of its own
  within bigint,
  handed_over_at timestamptz,
  primary key (visit_id, revision)
);
-- Of a report's deadline: the revision that is owed, where it corrects one that was filed.
alter table deadline add column revision bigint;
