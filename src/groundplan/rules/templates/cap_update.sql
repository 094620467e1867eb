if new.{{ counter }} is distinct from old.{{ counter }} then
    if not {{ derived }}
       and core.maintenance_reason() is null
    then
        perform core.refuse(
            '23R06', '{{ name }}', '{{ table }}.{{ counter }}',
            {{ sentence }},
            format('{{ table }} %s: ', new.id)
                || core.differences(to_jsonb(old), to_jsonb(new), '{{{ counter }}}'),
            {{ hint }});
    elsif ({{ limit }}) is not true then
        perform core.refuse(
            '23R06', '{{ name }}', '{{ table }}.{{ counter }}',
            {{ sentence }},
            format('{{ table }} %s: %s cannot be added to {{ counter }} = %s where %s.', new.id,
                trim_scale(new.{{ counter }} - old.{{ counter }}), trim_scale(old.{{ counter }}),
                core.shown(to_jsonb(new), {{ limit_columns }})),
            {{ hint }});
    end if;
end if;
