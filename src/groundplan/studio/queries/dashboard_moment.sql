select
    day.business_date,
    day.time_zone,
    day.currency_code,
    verified.verified_at,
    verified.rules,
    verified.violations,
    verified.reports,
    verified.differences,
    verified.faults
from reporting.business_day as day
left join reporting.last_verification as verified on true
