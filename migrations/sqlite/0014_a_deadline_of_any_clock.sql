-- A deadline of any clock: what happened to it is kept as it was noted, the terms of its day with it, and a flag that a
-- new judgement takes back stays on file with the reason.
--
-- SQLite changes no constraint in place. The table is made anew under its own name, so that what refers to it finds
-- each of its rows again before the transaction ends.
pragma defer_foreign_keys = on;
-- dropping a table looks for what refers to each of its rows
create index letter_by_deadline on letter (deadline_id) where deadline_id is not null;

create temporary table deadline_before as select * from deadline;
create temporary table flag_before as select * from flag;
drop table flag;
drop table deadline;

create table deadline (
  id integer primary key,
  -- visit/{slot}, record/{visit}/{day}, report/{visit}
  key text not null,
  owed text not null check (owed in ('visit', 'training', 'record', 'report')),
  site text not null references site (site),
  customer text not null references customer (customer),
  contract text not null references contract (contract),
  term text not null,
  -- what it is owed of: the slot of a visit or training, the visit of a record or report
  slot_id integer references slot (id),
  visit_id integer references visit (id),
  -- the day at the site that the clock started
  since_on text not null,
  -- the instant that it started, on clocks that count no days
  called_at text,
  -- JSON: the clock, how much it allows, what stops it, the steps, whose days count; as of the day that it was opened
  terms text not null,
  -- the last day at the site; null while it is held or cannot be counted
  due_on text,
  -- the first instant that is late
  late_from text,
  provisional integer not null,
  -- JSON: how it was counted
  due text not null,
  -- code and version of the calendar it was counted with
  calendar text not null,
  calendar_version text not null,
  opened_at text not null,
  -- as the history says, by its last judgement
  met_at text,
  withdrawn_at text,
  excused_at text,
  excused_by text,
  excused_why text,
  -- when to look at it next; a hint, null when there is nothing to wait for
  next_look_at text,
  check ((slot_id is not null) = (owed in ('visit', 'training'))),
  check ((visit_id is not null) = (owed in ('record', 'report'))),
  check ((due_on is null) = (late_from is null)),
  check (met_at is null or withdrawn_at is null),
  check ((met_at is null and withdrawn_at is null) or next_look_at is null)
) strict;

insert into deadline (id, key, owed, site, customer, contract, term, slot_id, visit_id, since_on, called_at, terms,
                      due_on, late_from, provisional, due, calendar, calendar_version, opened_at, met_at, withdrawn_at,
                      excused_at, excused_by, excused_why, next_look_at)
select id, key, owed, site, customer, contract, term, slot_id, visit_id, since_on, null,
       json_object(
         'allowed',
         case due ->> '$.basis'
           when 'counted' then json_object('clock', 'working-days', 'allowed', due -> '$.ledger.within')
           when 'window' then json_object('clock', 'window', 'allowed',
                                          json_object('first_on', due ->> '$.first_on', 'last_on', due ->> '$.last_on'))
         end,
         'pausable', json_array(),
         'steps', (select json_group_array(json_object('at', json_object('when', 'day', 'count', step.value -> '$.at'),
                                                       'tell', step.value -> '$.tell'))
                   from (select value from json_each(escalation, '$.steps') order by key) as step),
         'counted_on', escalation ->> '$.counted_on',
         'half_days', coalesce(escalation ->> '$.half_days', 'count')
       ),
       due_on, late_from, provisional, due, calendar, calendar_version, opened_at, met_at, null,
       excused_at, excused_by, excused_why, next_look_at
from deadline_before
order by id;

-- the key is unique among what stands; what was withdrawn stays on file beside it
create unique index deadline_by_key on deadline (key) where withdrawn_at is null;
create index deadline_to_look_at on deadline (next_look_at) where next_look_at is not null;
create index deadline_open on deadline (late_from) where met_at is null and withdrawn_at is null;
create index deadline_met on deadline (met_at) where met_at is not null;
create index deadline_by_visit on deadline (visit_id);
create index deadline_by_slot on deadline (slot_id);
create index deadline_uncounted on deadline (id) where met_at is null and withdrawn_at is null and due_on is null;
create index deadline_judged on deadline (late_from);

-- What was noted of a deadline after its call, which is the deadline's own row and has the number 0. Never changed.
create table deadline_event (
  deadline_id integer not null references deadline (id),
  -- in the order noted, from 1
  number integer not null check (number >= 1),
  at text not null,
  noted_at text not null,
  what text not null
    check (what in ('level', 'paused', 'resumed', 'met', 'withdrawn', 'reopened', 'struck')),
  -- why the clock stands still, or runs again; null where all reasons are over
  reason text,
  -- JSON: another allowance, and how it came to be
  level text,
  -- the number of the meeting that did not happen after all
  struck integer,
  primary key (deadline_id, number),
  check (what <> 'paused' or reason is not null),
  check (reason is null or what in ('paused', 'resumed')),
  check ((level is not null) = (what = 'level')),
  check ((struck is not null) = (what = 'struck'))
) strict, without rowid;
insert into deadline_event (deadline_id, number, at, noted_at, what)
select id, 1, met_at, max(met_at, opened_at), 'met' from deadline_before where met_at is not null order by id;

-- A step that was reached: raised once for each due, by the opening and the place of the step in the terms, from 0.
create table flag (
  id integer primary key,
  deadline_id integer not null references deadline (id),
  opening integer not null,
  step integer not null,
  -- before-1, on-the-day, late-1, at-due …
  level text not null,
  -- the day at the site on which it was reached, and the instant
  dated text not null,
  reached_at text not null,
  -- the first late instant that it was raised for
  late_from text,
  raised_at text not null,
  withdrawn_at text,
  -- JSON: what a later judgement found
  withdrawn_why text,
  check ((withdrawn_at is null) = (withdrawn_why is null))
) strict;
insert into flag (deadline_id, opening, step, level, dated, reached_at, late_from, raised_at)
select flag_before.deadline_id, 0,
       coalesce((select step.key from json_each(deadline_before.escalation, '$.steps') as step
                 where flag_before.level = coalesce('before-' || (step.value ->> '$.at.before'),
                                                    'late-' || (step.value ->> '$.at.late'),
                                                    step.value ->> '$.at')), 999),
       flag_before.level, flag_before.dated,
       -- late ones at the beginning of their day at the site, the others at seven
       coalesce(strftime('%Y-%m-%dT%H:%M:%S+00:00', deadline_before.late_from,
                         (julianday(flag_before.dated) - julianday(deadline_before.due_on) - 1) || ' days',
                         case when flag_before.level like 'late-%' then '0 hours' else '7 hours' end),
                flag_before.raised_at),
       deadline_before.late_from, flag_before.raised_at
from flag_before join deadline_before on deadline_before.id = flag_before.deadline_id
order by flag_before.deadline_id, flag_before.raised_at, flag_before.dated;
create unique index flag_standing on flag (deadline_id, opening, step, reached_at) where withdrawn_at is null;
create index flag_by_deadline on flag (deadline_id);

drop index letter_by_deadline;
drop table flag_before;
drop table deadline_before;
