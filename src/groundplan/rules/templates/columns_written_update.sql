-- The triggers that write these columns run one level deeper than a client can.
if pg_trigger_depth() = 1 and ({{ new_columns }}) is distinct from ({{ old_columns }})
   and core.maintenance_reason() is null
then
    raise exception using
        errcode = '23R12',
        message = '{{ column_list }} of {{ table }} are written by the database',
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', constraint = '{{ name }}';
end if;
