-- What held of a contract from when: every version of it. Since when a site that was added to a running contract has been
-- accepted. When a customer leaves.

create table contract_version (
  contract text not null references contract (contract),
  -- the first day on which it holds, at the company's seat
  since_on text not null,
  noted_at text not null,
  -- JSON: the contract as it was; its last day is the earlier of its own and its customer's
  held text not null,
  -- JSON object: term -> how often it called for visits; null while it lies ahead
  rhythms text,
  primary key (contract, since_on)
) strict, without rowid;
create index contract_version_ahead on contract_version (since_on) where rhythms is null;

alter table customer add column left_on text;
alter table answered add column accepted_on text;

create index answered_since on answered (since_on);

-- Terms of which nothing was planned yet begin with their next window, as an earlier version has left them.
insert into answered (site, contract, term, since_on)
select site, contract, term, coalesce(next_on, planned_through)
from round
where true
on conflict (site, contract, term) do nothing;
