if ({{ new_columns }}) is distinct from ({{ beginnings }})
   and not {{ derived }}
   and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R12', '{{ name }}', '{{ table }}',
        {{ sentence }},
        core.differences(jsonb_build_object({{ beginning_pairs }}), to_jsonb(new),
            {{ column_array }}),
        {{ hint }});
end if;
