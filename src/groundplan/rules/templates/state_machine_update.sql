if new.{{ column }} <> old.{{ column }}
   and (old.{{ column }}, new.{{ column }}) not in (
        {{ pairs }}
   )
   and core.maintenance_reason() is null
then
    raise exception using
        errcode = '23R01',
        message = format('{{ table_name }} %s cannot go from %s to %s', new.id, old.{{ column }},
            new.{{ column }}),
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ column }}',
        constraint = '{{ name }}';
end if;
