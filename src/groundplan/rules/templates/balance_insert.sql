-- The triggers that keep the balance write one level deeper than a client can.
if pg_trigger_depth() = 1 and new.{{ column }} <> 0
   and core.maintenance_reason() is null
then
    raise exception using
        errcode = '23R04',
        message = '{{ table }}.{{ column }} is kept by the database and cannot be written',
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ column }}',
        constraint = '{{ name }}';
end if;
