create or replace trigger t70_keep_old_row
    after delete or update of {{ column_list }} on {{ table }}
    for each row execute function core.keep_old_row('{{ key }}');
