-- A row whenever engineers' days got room, or somebody who may visit: slots without a visit are tried again then.
create table freed (
  id integer primary key,
  why text not null check (why in ('visit', 'people'))
) strict;
