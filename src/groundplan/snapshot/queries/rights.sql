-- Who else may do what with our tables and their columns (of null: the whole table), and what others
-- will get of tables, sequences, functions and schemas that are made later.
with ours as (
    select c.oid, n.nspname as schema, c.relname as name, c.relkind, c.relowner, c.relacl
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any (%(schemas)s) and c.relkind in ('r', 'p', 'v', 'm', 'f')
), held (kind, schema, name, is_view, part, grantee, privilege) as (
    select 'table', ours.schema, ours.name, ours.relkind in ('v', 'm'), null, entry.grantee,
        entry.privilege_type
    from ours
    cross join lateral pg_catalog.aclexplode(ours.relacl) as entry
    where entry.grantee <> ours.relowner
    union all
    select 'column', ours.schema, ours.name, ours.relkind in ('v', 'm'), a.attname, entry.grantee,
        entry.privilege_type
    from ours
    join pg_catalog.pg_attribute as a on a.attrelid = ours.oid and a.attacl is not null
    cross join lateral pg_catalog.aclexplode(a.attacl) as entry
    where entry.grantee <> ours.relowner and not a.attisdropped
    union all
    select case given.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences'
            when 'f' then 'functions' when 'T' then 'types' else 'schemas' end,
        n.nspname, null, false, null, entry.grantee, entry.privilege_type
    from pg_catalog.pg_default_acl as given
    left join pg_catalog.pg_namespace as n on n.oid = given.defaclnamespace
    cross join lateral pg_catalog.aclexplode(given.defaclacl) as entry
    where given.defaclobjtype in ('r', 'S', 'f', 'T', 'n')
      and given.defaclrole = (select nspowner from pg_catalog.pg_namespace where nspname = 'core')
      and (n.nspname is null or n.nspname = any (%(schemas)s))
      and entry.grantee <> given.defaclrole
      -- What PostgreSQL gives to everybody by itself, apply takes away from functions it makes.
      and not (n.nspname is null and entry.grantee = 0 and given.defaclobjtype in ('f', 'T'))
)
select distinct kind, schema, name, is_view, part,
    coalesce(role.rolname::text, 'public') as role, privilege
from held
left join pg_catalog.pg_roles as role on role.oid = held.grantee
order by role, kind, schema nulls first, name, part, privilege;
