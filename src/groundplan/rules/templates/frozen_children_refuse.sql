perform core.refuse(
    '23R03', '{{ name }}', '{{ table }}',
    {{ sentence }},
    format({{ allowed_while }}, tg_op, {{ closed }}),
    {{ hint }});
