if (
    {{ holds }}
) is false then
    raise exception using
        errcode = '23514',
        message = {{ message }},
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', constraint = '{{ name }}';
end if;
