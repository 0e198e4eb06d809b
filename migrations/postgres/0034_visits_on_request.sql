-- Why a person added the visit beside what its contract calls for; null where the planner made it.
alter table visit add column why text;
