if ({{ new_columns }})
   is distinct from
   ({{ old_columns }})
   and ({{ when }})
   and core.maintenance_reason() is null
then
    raise exception using
        errcode = '23R03',
        message = format('{{ table_name }} %s keeps its %s', old.{{ key }}, '{{ column_list }}'),
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', constraint = '{{ name }}';
end if;
