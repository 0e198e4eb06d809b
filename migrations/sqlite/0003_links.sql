-- Secret addresses: each lets one person do one errand. Only the hash of the secret is kept.

create table link (
  id integer primary key,
  -- what makes it unique, for example digest/M-1/2026-03-02/manager:M-1/unsubscribe
  key text not null unique,
  -- SHA-256 of the secret, hexadecimal
  secret_sha256 text not null unique,
  -- who holds it: engineer:E-1, manager:M-1, customer:ops@example.org
  holder text not null,
  -- the errand's word, and the errand as JSON
  errand text not null,
  body text not null,
  created_at text not null,
  -- null: for as long as it is not revoked
  expires_at text,
  revoked_at text
) strict;
create index link_by_holder on link (holder, errand) where revoked_at is null;
