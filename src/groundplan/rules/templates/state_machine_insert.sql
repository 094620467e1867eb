if new.{{ column }} not in ({{ begins_in }}) and core.maintenance_reason() is null then
    raise exception using
        errcode = '23R01',
        message = format('{{ table_name }} %s cannot begin as %s', new.id, new.{{ column }}),
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ column }}',
        constraint = '{{ name }}';
end if;
