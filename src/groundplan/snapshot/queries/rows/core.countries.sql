select
    'row' as kind,
    'core.countries' as place,
    code as name,
    jsonb_build_object('alpha3_code', alpha3_code, 'numeric_code', numeric_code) as aspects
from core.countries;
