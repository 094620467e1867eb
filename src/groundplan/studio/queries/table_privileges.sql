-- Who was granted what; the owner first, and what is granted to everybody at the end.
select
    coalesce(role.rolname::text, 'everybody') as role,
    class.relowner = granted.grantee          as is_owner,
    array_agg(distinct lower(granted.privilege_type)) filter (
        where granted.column_name is null
    )                                         as privileges,
    array_agg(distinct lower(granted.privilege_type) || ' of ' || granted.column_name) filter (
        where granted.column_name is not null
    )                                         as of_columns,
    granted.grantee = 0 or has_schema_privilege(granted.grantee, class.relnamespace, 'usage')
                                              as enters_schema
from pg_class as class
cross join lateral (
    select acl.grantee, acl.privilege_type, null::text as column_name
    from aclexplode(coalesce(class.relacl, acldefault('r', class.relowner))) as acl
    union all
    select acl.grantee, acl.privilege_type, attribute.attname::text
    from pg_attribute as attribute
    cross join lateral aclexplode(attribute.attacl) as acl
    where attribute.attrelid = class.oid and not attribute.attisdropped
) as granted
left join pg_roles as role on role.oid = granted.grantee
where class.oid = %(table)s::oid
group by role.rolname, granted.grantee, class.relowner, class.relnamespace
order by class.relowner = granted.grantee desc, granted.grantee = 0, role.rolname collate "C"
