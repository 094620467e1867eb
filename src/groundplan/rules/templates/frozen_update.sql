if ({{ new_columns }})
   is distinct from
   ({{ old_columns }})
   and ({{ when }})
   and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R03', '{{ name }}', '{{ table }}',
        {{ sentence }},
        format('{{ table }} %s: ', old.{{ key }})
            || core.differences(to_jsonb(old), to_jsonb(new), {{ column_array }}),
        {{ hint }});
end if;
