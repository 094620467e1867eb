if {{ settled_when }} then
    select {{ aggregates }}
    into {{ targets }}
    from {{ children }} as child
    where child.{{ key }} = new.id;
    {{ then }}
elsif ({{ new_columns }})
      is distinct from
      ({{ old_columns }})
      and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R05', '{{ name }}', '{{ table }}',
        {{ sentence }},
        format('{{ table }} %s: ', new.id)
            || core.differences(to_jsonb(old), to_jsonb(new), {{ column_array }}),
        {{ hint }});
end if;
