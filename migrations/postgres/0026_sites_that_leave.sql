-- Which sites of a contract were known to leave, and when.

-- JSON object: site -> the first day on which it is not served any more; null where none leaves
alter table contract_version add column sites_left text;
