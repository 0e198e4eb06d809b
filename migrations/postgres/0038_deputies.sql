-- A manager's leave, first and last day, and who answers for their customers meanwhile.
alter table manager add column leave_from date;
alter table manager add column leave_until date check ((leave_from is null) = (leave_until is null) and leave_from <= leave_until);
alter table manager add column deputy text;
