-- A slot whose visit was cancelled or did not take place waits for another one, and is planned again at once.
drop table freed;
create table freed (
  id integer primary key,
  why text not null check (why in ('visit', 'people', 'called-off'))
) strict;
insert into freed (why) values ('visit');
update slot
set unplanned = '{"why":"called-off"}'
where unplanned is null
  and exists (select 1 from visit where visit.slot_id = slot.id and visit.state = 'cancelled');
insert into freed (why)
select 'called-off'
where exists (select 1 from slot where unplanned = '{"why":"called-off"}');
create index visit_called_off on visit (cancelled_at) where cancelled_at is not null;
