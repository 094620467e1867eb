if new.{{ column }} <> old.{{ column }}
   and not {{ derived }}
   and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R04', '{{ name }}', '{{ table }}.{{ column }}',
        {{ sentence }},
        format('{{ table }} %s: ', new.id)
            || core.differences(to_jsonb(old), to_jsonb(new), '{{{ column }}}'),
        {{ hint }});
end if;
