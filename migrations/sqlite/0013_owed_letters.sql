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
alter table letter add column hotline_id integer references hotline (id);
alter table letter add column customer text check ((customer is null) = (hotline_id is null));

-- No earlier than this.
alter table letter add column may_leave_at text;

-- Until it is written: JSON, what it is written from. Its subject and bytes are empty for as long.
alter table letter add column written integer not null default 1 check (written in (0, 1));
alter table letter add column facts text check ((facts is null) = (written = 1));

-- The last part of most keys is the reader, as in visit-announced/V12/0/engineer:E-1; digests and reviews name the
-- manager second. A code may hold what the others are told apart by: what is certain is looked for first.
update letter
set reader_role = case
      when key like '%/customer:%' and substr(key, -length('/customer:' || to_email)) = '/customer:' || to_email
        then 'customer'
      when instr(key, '/engineer:') > 0 then 'engineer'
      when instr(key, '/manager:') > 0 or notice in ('digest', 'review', 'canary') then 'manager'
      else 'customer'
    end,
    reader_code = case
      when key like '%/customer:%' and substr(key, -length('/customer:' || to_email)) = '/customer:' || to_email
        then to_email
      when instr(key, '/engineer:') > 0 then substr(key, instr(key, '/engineer:') + length('/engineer:'))
      when instr(key, '/manager:') > 0 then substr(key, instr(key, '/manager:') + length('/manager:'))
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
          and report.revision in (
            cast(substr(letter.key, length(notice || '/V' || letter.visit_id || '/') + 1) as integer),
            cast(substr(letter.key, length(notice || '/V' || letter.visit_id || '/') + 1) as integer) / 1000)
        order by report.revision desc
        limit 1)
    end,
    hotline_id = case when notice = 'hotline-changed' then cast(substr(key, length('hotline-changed/') + 1) as integer) end,
    -- Between the change and the contact.
    customer = case
      when notice = 'hotline-changed' then substr(
        key,
        length('hotline-changed/') + 1 + instr(substr(key, length('hotline-changed/') + 1), '/'),
        length(key) - length('/customer:' || to_email) - length('hotline-changed/')
          - instr(substr(key, length('hotline-changed/') + 1), '/'))
    end,
    may_leave_at = created_at;

-- What is to be written, in the order in which it is.
create index letter_owed on letter (next_attempt_at, id) where state = 'waiting' and not written;
-- What a claim looks for, in the order in which it takes it, without reading a letter that goes another way.
drop index letter_waiting;
create index letter_waiting on letter (next_attempt_at, id, to_domain, written) where state = 'waiting';
create index letter_bearing on letter (visit_id, bears) where bears is not null;
create index letter_by_hotline on letter (hotline_id) where hotline_id is not null;
