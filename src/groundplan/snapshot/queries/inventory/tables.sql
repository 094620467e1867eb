-- Tables and views. Rights are listed as far as they let somebody else act inside our writes.
select
    case when c.relkind in ('v', 'm') then 'view' else 'table' end as kind,
    n.nspname as place,
    c.relname as name,
    jsonb_strip_nulls(jsonb_build_object(
        'form', c.relkind,
        'owner', pg_get_userbyid(c.relowner),
        'persistence', c.relpersistence,
        'row_security', case when c.relkind in ('r', 'p') then c.relrowsecurity end,
        'forced_row_security', case when c.relkind in ('r', 'p') then c.relforcerowsecurity end,
        'options', array_to_string(array(
            select option from unnest(c.reloptions) as option
            where option ~ '^(security_|check_option)' order by option collate "C"), ', '),
        'definition', case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
        'trigger_granted_to', array(
            select coalesce(r.rolname, 'public')
            from aclexplode(c.relacl) as entry
            left join pg_roles as r on r.oid = entry.grantee
            where entry.privilege_type = 'TRIGGER' and entry.grantee <> c.relowner order by 1),
        'granted_to_public', array(
            select lower(entry.privilege_type) from aclexplode(c.relacl) as entry
            where entry.grantee = 0 and entry.privilege_type <> 'TRIGGER' order by 1),
        'inherited_by', array(
            select child.inhrelid::regclass::text from pg_inherits as child
            where child.inhparent = c.oid order by 1),
        'inherits', array(
            select parent.inhparent::regclass::text from pg_inherits as parent
            where parent.inhrelid = c.oid order by 1)
    )) as aspects
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s)
  and c.relkind in ('r', 'p', 'v', 'm', 'f');
