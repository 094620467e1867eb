if new.{{ counter }} is distinct from old.{{ counter }} then
    -- The triggers that count run one level deeper than a client can.
    if pg_trigger_depth() = 1 and core.maintenance_reason() is null then
        raise exception using
            errcode = '23R06',
            message = '{{ table }}.{{ counter }} is counted by the database and cannot be written',
            hint = {{ hint }},
            schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ counter }}',
            constraint = '{{ name }}';
    elsif ({{ limit }}) is not true then
        raise exception using
            errcode = '23R06',
            message = format('{{ counter }} of {{ table_name }} %s would be %s', new.id,
                new.{{ counter }}),
            hint = {{ hint }},
            schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ counter }}',
            constraint = '{{ name }}';
    end if;
end if;
