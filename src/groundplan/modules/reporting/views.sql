-- reporting: what a dashboard says beside its numbers.

create or replace view reporting.last_verification as
select verified_at, rules, violations, rollups, differences
from reporting.verifications
order by verified_at desc, id desc
limit 1;
comment on view reporting.last_verification is
    'When rules and reports were last verified, with what result: one row, or none.';
comment on column reporting.last_verification.verified_at is 'When.';
comment on column reporting.last_verification.rules is 'Rules whose audit ran.';
comment on column reporting.last_verification.violations is 'Rows that break a rule.';
comment on column reporting.last_verification.rollups is 'Rollups recomputed from their source.';
comment on column reporting.last_verification.differences is
    'Groups whose stored number differs from it.';
