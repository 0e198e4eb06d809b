-- Who has ended their digests, and whom a change of the hotline's number has reached.

-- Gone again when the manager takes them up again.
create table digest_ended (
  manager text not null primary key references manager (manager),
  ended_at text not null
) strict;

-- Every number that the hotline had; the last row is the one that holds.
create table hotline (
  id integer primary key,
  number text not null,
  -- the number before; null for the first, which is no change
  previous text,
  changed_at text not null,
  -- the company's day by whose end every customer has to know
  due_on text not null,
  -- 1 once every customer's letters are in the outbox
  written integer not null,
  check (previous is not null or written = 1)
) strict;

-- Customers who were told in another way, and say so.
create table hotline_told (
  hotline_id integer not null references hotline (id),
  customer text not null references customer (customer),
  how text not null,
  noted_at text not null,
  primary key (hotline_id, customer)
) strict;
