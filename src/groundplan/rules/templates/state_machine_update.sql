if new.{{ column }} is distinct from old.{{ column }}
   and (old.{{ column }}, new.{{ column }}) in (
        {{ pairs }}
   ) is not true
   and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R01', '{{ name }}', '{{ table }}.{{ column }}',
        {{ sentence }},
        format('{{ table }} %s: %s %s', new.id,
            core.differences(to_jsonb(old), to_jsonb(new), '{{{ column }}}'),
            case old.{{ column }}
                {{ next_words }}
            end),
        {{ hint }});
end if;
