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
    raise exception using
        errcode = '23R05',
        message = '{{ column_list }} of {{ table }} are kept by the database',
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', constraint = '{{ name }}';
end if;
