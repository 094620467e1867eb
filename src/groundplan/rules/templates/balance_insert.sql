if new.{{ column }} <> 0
   and not {{ derived }}
   and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R04', '{{ name }}', '{{ table }}.{{ column }}',
        {{ sentence }},
        core.differences('{"{{ column }}": 0}', to_jsonb(new), '{{{ column }}}'),
        {{ hint }});
end if;
