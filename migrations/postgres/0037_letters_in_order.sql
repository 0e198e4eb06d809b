-- What a letter was written from, kept until it has left: where that is not true any more, the letter is withdrawn or
-- written anew, though it was tried.
alter table letter add column kept_facts text check (kept_facts is null or written);

-- Whether the message may have arrived though nobody said so: the connection broke after it was handed over. Of earlier
-- attempts it is not known where it broke.
alter table attempt add column may_have_left boolean not null default false;
update attempt set may_have_left = true where code is null and outcome = 'put off';

-- Letters about one visit to one reader, which leave in order.
create index letter_in_order on letter (visit_id, to_email, id) where state = 'waiting' and visit_id is not null;
-- Written on a day that is over, and still here.
create index letter_stale on letter (may_leave_at) where state = 'waiting' and written and kept_facts is not null;
