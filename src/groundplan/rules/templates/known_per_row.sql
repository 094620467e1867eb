-- No lock is needed: {{ because }}.
if not (
    {{ holds }}
) and core.maintenance_reason() is null then
    raise exception using
        errcode = '{{ sqlstate }}',
        message = format('{{ column }} of {{ table_name }} %s is not known: %s', new.id,
            new.{{ column }}),
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ column }}',
        constraint = '{{ name }}';
end if;
