-- What was looked for by reading all there ever was.

-- a site's findings, open or closed
create index finding_by_site on finding (site, id);
-- what a visit closed; also asked whenever a planned visit is taken back
create index finding_by_closer on finding (closed_by) where closed_by is not null;
-- the links of one errand that still hold
create index link_by_errand on link (errand, key) where revoked_at is null;
-- letters as their lists are asked for: by what they tell, to whom, and those that have not left
create index letter_by_notice on letter (notice, id);
create index letter_by_address on letter (to_email, id);
create index letter_not_sent on letter (state, id) where state <> 'sent';
-- the letters that a deadline has caused
create index letter_by_deadline on letter (deadline_id) where deadline_id is not null;
-- deadlines as their lists are asked for, the earliest due first
create index deadline_of_site on deadline (site, late_from, id);
create index deadline_of_customer on deadline (customer, late_from, id);
-- what was issued or handed in last
create index report_by_issue on report (issued_at, visit_id, revision);
create index submission_by_arrival on submission (received_at, id);
