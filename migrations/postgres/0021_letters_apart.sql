-- What a letter encloses lies among the documents, once for all whom it is sent to; bytes holds the rest of the message.

-- JSON: where in the bytes each document goes, as base64 in lines, and its SHA-256. Null for letters that are not written,
-- and for those of earlier versions, which hold theirs themselves until the night has taken it out.
alter table letter add column enclosed text;
-- Of the whole message; null as above.
alter table letter add column sha256 text;
-- When its text was cleared: bytes holds its head alone.
alter table letter add column cleared_at timestamptz;
alter table letter add check (cleared_at is null or sha256 is not null);

-- What is cleared next, and what is taken apart next.
create index letter_to_clear on letter (sent_at) where state = 'sent' and cleared_at is null;
create index letter_withdrawn_to_clear on letter (created_at) where state = 'cancelled' and written and cleared_at is null;
create index letter_to_shrink on letter (id) where enclosed is null and written and document is not null;
