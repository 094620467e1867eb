-- reporting: what a dashboard says beside its numbers.

create or replace view reporting.last_verification with (security_barrier) as
select verified_at, rules, violations, reports, differences, faults
from reporting.verifications
order by verified_at desc, id desc
limit 1;
comment on view reporting.last_verification is
    'When rules and reports were last verified, with what result: one row, or none.';
comment on column reporting.last_verification.verified_at is 'When.';
comment on column reporting.last_verification.rules is 'Rules whose audit ran.';
comment on column reporting.last_verification.violations is 'Rows that break a rule.';
comment on column reporting.last_verification.reports is 'Reports counted again from their source.';
comment on column reporting.last_verification.differences is
    'Groups whose stored number differs from it.';
comment on column reporting.last_verification.faults is
    'Guards and other objects that were missing or not as they should be.';

create or replace view reporting.business_day with (security_barrier) as
select
    id as tenant_id,
    core.business_date(now(), time_zone, day_starts_at) as business_date,
    time_zone,
    currency_code
from core.tenants
where id = (select core.reporting_tenant_id());
comment on view reporting.business_day is 'Which business day it is for the tenant: one row.';
comment on column reporting.business_day.tenant_id is 'The tenant.';
comment on column reporting.business_day.business_date is
    'The business day at the begin of the transaction.';
comment on column reporting.business_day.time_zone is 'Time zone the tenant reckons in.';
comment on column reporting.business_day.currency_code is 'Currency the tenant reckons in.';
