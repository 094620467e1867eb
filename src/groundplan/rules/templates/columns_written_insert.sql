-- The triggers that write these columns run one level deeper than a client can.
if pg_trigger_depth() = 1 and ({{ new_columns }}) is distinct from ({{ beginnings }})
   and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R12', '{{ name }}', '{{ table }}',
        {{ sentence }},
        core.differences(jsonb_build_object({{ beginning_pairs }}), to_jsonb(new),
            {{ column_array }}),
        {{ hint }});
end if;
