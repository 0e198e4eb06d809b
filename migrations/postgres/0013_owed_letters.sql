-- A letter is owed with the change that causes it, and written once, when it may leave. What its key told is columns.

-- Whose letter it is, in what capacity: engineer and manager by code, a customer's contact by address.
alter table letter add column reader_role text not null default 'customer'
  check (reader_role in ('engineer', 'manager', 'customer'));
alter table letter add column reader_code text not null default '';

-- What later letters, answers and filings go by; null for most.
alter table letter add column bears text check (bears in ('appointment', 'paper'));

-- SHA-256 of the report or certificate that goes with it.
alter table letter add column document text;

-- The change of the hotline that it tells of, and the customer who has to know.
alter table letter add column hotline_id bigint references hotline (id);
alter table letter add column customer text;

-- No earlier than this.
alter table letter add column may_leave_at timestamptz;

-- Until it is written: JSON, what it is written from. Its subject and bytes are empty for as long.
alter table letter add column written boolean not null default true;
alter table letter add column facts text;
alter table letter add check ((facts is null) = written);

-- The last part of most keys is the reader, as in visit-announced/V12/0/engineer:E-1; digests and reviews name the
-- manager second. A code may hold what the others are told apart by: what is certain is looked for first.
update letter
set reader_role = case
      when right(key, length('/customer:' || to_email)) = '/customer:' || to_email then 'customer'
      when strpos(key, '/engineer:') > 0 then 'engineer'
      when strpos(key, '/manager:') > 0 or notice in ('digest', 'review', 'canary') then 'manager'
      else 'customer'
    end,
    reader_code = case
      when right(key, length('/customer:' || to_email)) = '/customer:' || to_email then to_email
      when strpos(key, '/engineer:') > 0 then substr(key, strpos(key, '/engineer:') + length('/engineer:'))
      when strpos(key, '/manager:') > 0 then substr(key, strpos(key, '/manager:') + length('/manager:'))
      when notice = 'digest'
        then substr(key, length('digest/') + 1, length(key) - length('digest/') - length('/2026-03-02'))
      when notice = 'review' and key like '%/week/____-__-__'
        then substr(key, length('review/') + 1, length(key) - length('review/') - length('/week/2026-03-02'))
      when notice = 'review'
        then substr(key, length('review/') + 1, length(key) - length('review/') - length('/month/2026-03-01'))
      when notice = 'canary' then 'canary'
      else to_email
    end,
    bears = case
      when notice in ('visit-announced', 'training-invitation', 'follow-up-question', 'visit-moved') then 'appointment'
      when notice in ('report-delivered', 'certificate-delivered') then 'paper'
    end,
    -- The third part of such a key is the revision, or a thousand times it and which letter again.
    document = case
      when notice in ('report-delivered', 'certificate-delivered') then (
        select report.sha256
        from report
        where report.visit_id = letter.visit_id
          and report.revision in (split_part(letter.key, '/', 3)::bigint, split_part(letter.key, '/', 3)::bigint / 1000)
        order by report.revision desc
        limit 1)
    end,
    hotline_id = case when notice = 'hotline-changed' then split_part(key, '/', 2)::bigint end,
    -- Between the change and the contact.
    customer = case
      when notice = 'hotline-changed' then substr(
        key,
        length('hotline-changed/' || split_part(key, '/', 2) || '/') + 1,
        length(key) - length('/customer:' || to_email) - length('hotline-changed/' || split_part(key, '/', 2) || '/'))
    end,
    may_leave_at = created_at;

alter table letter add check ((customer is null) = (hotline_id is null));
alter table letter alter column reader_role drop default;
alter table letter alter column reader_code drop default;
alter table letter alter column written drop default;
alter table letter alter column may_leave_at set not null;

-- What is to be written, in the order in which it is.
create index letter_owed on letter (next_attempt_at, id) where state = 'waiting' and not written;
-- What a claim looks for, in the order in which it takes it, without reading a letter that goes another way.
drop index letter_waiting;
create index letter_waiting on letter (next_attempt_at, id, to_domain, written) where state = 'waiting';
create index letter_bearing on letter (visit_id, bears) where bears is not null;
create index letter_by_hotline on letter (hotline_id) where hotline_id is not null;
