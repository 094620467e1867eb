raise exception using
    errcode = '23R03',
    message = format('the %s of %s %s can no longer be changed (%s)',
        '{{ table_name }}', '{{ parent_name }}', {{ closed }}, lower(tg_op)),
    hint = {{ hint }},
    schema = '{{ schema }}', table = '{{ table_name }}', constraint = '{{ name }}';
