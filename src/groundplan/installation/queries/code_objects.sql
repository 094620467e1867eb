-- Functions, views, triggers and policies of our schemas. A row's version is where and by whom it
-- was written last; is_new: by this transaction. Members of extensions are nobody's code.
select found.kind, found.identity, found.schema_name, found.version,
    found.written_by = pg_current_xact_id_if_assigned()::xid::text as is_new
from (
    select 'function', routine.oid::regprocedure::text, namespace.nspname,
        routine.xmin::text || routine.ctid::text, routine.xmin::text
    from pg_proc as routine
    join pg_namespace as namespace on namespace.oid = routine.pronamespace
    where routine.prokind = 'f'
        and not exists (
            select from pg_depend as member
            where member.classid = 'pg_proc'::regclass and member.objid = routine.oid
                and member.deptype = 'e')
    union all
    select 'view', format('%I.%I', namespace.nspname, class.relname), namespace.nspname,
        rule.xmin::text || rule.ctid::text, rule.xmin::text
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    join pg_rewrite as rule on rule.ev_class = class.oid and rule.rulename = '_RETURN'
    where class.relkind = 'v'
    union all
    select 'trigger',
        format('%I on %I.%I', trigger.tgname, namespace.nspname, class.relname), namespace.nspname,
        trigger.xmin::text || trigger.ctid::text, trigger.xmin::text
    from pg_trigger as trigger
    join pg_class as class on class.oid = trigger.tgrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where not trigger.tgisinternal
    union all
    select 'policy',
        format('%I on %I.%I', policy.polname, namespace.nspname, class.relname), namespace.nspname,
        policy.xmin::text || policy.ctid::text, policy.xmin::text
    from pg_policy as policy
    join pg_class as class on class.oid = policy.polrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
) as found (kind, identity, schema_name, version, written_by)
where found.schema_name = any($1)
order by found.kind, found.identity
