create or replace trigger t70_audit_update
    after update on {{ table }}
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.keep_superseded_rows({{ arguments }});

create or replace trigger t70_audit_delete
    after delete on {{ table }}
    referencing old table as old_rows
    for each statement execute function core.keep_superseded_rows({{ arguments }});
