create or replace trigger t70_audit_truncate
    before truncate on {{ table }}
    for each statement execute function core.keep_truncate();
