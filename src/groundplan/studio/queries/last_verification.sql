select verified_at, verified_by, rules, violations, rollups, differences
from reporting.verifications
order by verified_at desc
limit 1;
