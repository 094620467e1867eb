-- The triggers that keep the balance write one level deeper than a client can.
if pg_trigger_depth() = 1 and new.{{ column }} <> 0
   and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R04', '{{ name }}', '{{ table }}.{{ column }}',
        {{ sentence }},
        core.differences('{"{{ column }}": 0}', to_jsonb(new), '{{{ column }}}'),
        {{ hint }});
end if;
