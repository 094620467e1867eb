-- What amounts rest on; a name is yours to change.
select
    'row' as kind,
    'core.currencies' as place,
    code as name,
    jsonb_build_object('numeric_code', numeric_code, 'minor_units', minor_units) as aspects
from core.currencies;
