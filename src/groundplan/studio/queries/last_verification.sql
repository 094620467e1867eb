select verified_at, verified_by, rules, violations, reports, differences, faults
from reporting.verifications
order by verified_at desc
limit 1;
