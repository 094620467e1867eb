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
            raise exception using
                errcode = '23R11',
                message = format('{{ column_list }} of {{ table }} are computed: (%s) is not (%s)',
                    concat_ws(', ', {{ given_columns }}), concat_ws(', ', {{ new_columns }})),
                hint = {{ hint }},
                schema = '{{ schema }}', table = '{{ table_name }}', constraint = '{{ name }}';
        end if;
        new := given;
    end if;
end if;
