if ({{ new_columns }}) is distinct from ({{ old_columns }})
   {{ when }}
   and not {{ derived }}
   and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R12', '{{ name }}', '{{ table }}',
        {{ sentence }},
        format('{{ table }} %s: ', new.id)
            || core.differences(to_jsonb(old), to_jsonb(new), {{ column_array }}),
        {{ hint }});
end if;
