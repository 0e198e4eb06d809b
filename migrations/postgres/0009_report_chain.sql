-- A site's reports form a chain: each names the SHA-256 of the one before it. Its places are kept here, so that
-- two reports that are drawn at once cannot both follow the same one.

create table report_chain (
  site text not null references site (site),
  -- from 1, without gaps
  number bigint not null check (number > 0),
  visit_id bigint not null,
  revision bigint not null,
  -- as the report names it
  previous_sha256 text,
  primary key (site, number),
  unique (visit_id, revision),
  foreign key (visit_id, revision) references report (visit_id, revision),
  check ((number = 1) = (previous_sha256 is null))
);

insert into report_chain (site, number, visit_id, revision, previous_sha256)
select visit.site,
       row_number() over (partition by visit.site order by report.issued_at, report.visit_id, report.revision),
       report.visit_id,
       report.revision,
       lag(report.sha256) over (partition by visit.site order by report.issued_at, report.visit_id, report.revision)
from report
join visit on visit.id = report.visit_id;

-- `ronda verify` looks a file up by what it is, and by the record inside.
create index report_by_sha256 on report (sha256);
create index record_by_sha256 on record (sha256);
