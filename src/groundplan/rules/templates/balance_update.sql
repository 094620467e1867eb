-- The triggers that keep the balance write one level deeper than a client can.
if pg_trigger_depth() = 1 and new.{{ column }} <> old.{{ column }}
   and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R04', '{{ name }}', '{{ table }}.{{ column }}',
        {{ sentence }},
        format('{{ table }} %s: ', new.id)
            || core.differences(to_jsonb(old), to_jsonb(new), '{{{ column }}}'),
        {{ hint }});
end if;
