if new.{{ counter }} <> 0
   and not {{ derived }}
   and core.maintenance_reason() is null
then
    perform core.refuse(
        '23R06', '{{ name }}', '{{ table }}.{{ counter }}',
        {{ sentence }},
        format('{{ table }} %s: {{ counter }} would begin as %s, not as 0.', new.id,
            trim_scale(new.{{ counter }})),
        {{ hint }});
end if;
