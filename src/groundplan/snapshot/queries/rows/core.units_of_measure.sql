-- What quantities rest on; a name is yours to change.
select
    'row' as kind,
    'core.units_of_measure' as place,
    code as name,
    jsonb_build_object('dimension', dimension, 'decimals', decimals) as aspects
from core.units_of_measure;
