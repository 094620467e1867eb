do $$
declare
    ours record;
begin
    -- What this transaction has written is the Plan's: functions of yours keep what they have.
    for ours in
        select routine.oid::regprocedure as called
        from pg_catalog.pg_proc as routine
        cross join lateral pg_catalog.aclexplode(
            coalesce(routine.proacl, pg_catalog.acldefault('f', routine.proowner))) as entry
        where routine.pronamespace::regnamespace::text = any ({{ schemas }})
          and routine.xmin = pg_catalog.pg_current_xact_id()::xid
          and entry.grantee = 0
    loop
        execute format('revoke all on routine %s from public', ours.called);
    end loop;
end
$$;
