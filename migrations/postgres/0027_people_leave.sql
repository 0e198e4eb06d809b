-- Whoever and whatever leaves: the first day on which it is not there any more, and what comes in its place.
alter table site add column left_on date;
alter table contact add column left_on date;
alter table engineer add column left_on date;
alter table engineer add column successor text;
alter table manager add column left_on date;
alter table manager add column successor text;
alter table equipment add column retired_on date;
alter table equipment add column replaced_by text;

-- What spoke against a booking when a person booked it all the same: a JSON array of words. Null where nothing did.
alter table visit add column overruled text;

-- Booked visits that cannot take place as they are booked.
create table unfit_visit (
  visit_id bigint primary key references visit (id) on delete cascade,
  -- JSON: why, all of it
  reasons text not null,
  since_at timestamptz not null,
  -- JSON: who could make it when instead; null where nobody could
  proposal text,
  -- when it was to be reminded of, which waits for it to be fit
  remind_at timestamptz
);

-- Managers take what is proposed.
alter table act drop constraint act_act_check;
alter table act add constraint act_act_check check (act in ('assign', 'move', 'take-proposal', 'remind', 'handed-over',
                                                            'excuse', 'retry', 'take-form', 'dismiss-form'));
