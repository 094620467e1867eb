if coalesce(current_setting('groundplan.maintenance', true), '') = ''
   or not core.is_restoring()
then
    given := new;
    {{ reads }}
    {{ assignments }}
    if ({{ wrong }})
       {{ unless_carried }}
    then
        if core.maintenance_reason() is null then
            perform core.refuse(
                '23R11', '{{ name }}', '{{ table }}',
                {{ sentence }},
                format('{{ table }} %s: ', new.id)
                    || core.differences(to_jsonb(new), to_jsonb(given), {{ column_array }}),
                {{ hint }});
        end if;
        new := given;
    end if;
end if;
