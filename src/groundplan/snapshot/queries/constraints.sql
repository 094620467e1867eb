-- NOT NULL (contype n) is listed by PostgreSQL 18 only; it is read from the columns instead.
-- Constraint triggers (t) are triggers. Elements of an exclusion come from its index, operators
-- from the constraint.
select
    n.nspname                    as schema,
    c.relname                    as relation,
    o.conname                    as name,
    case o.contype
        when 'p' then 'primary_key' when 'u' then 'unique' when 'f' then 'foreign_key'
        when 'c' then 'check' when 'x' then 'exclusion'
    end                          as kind,
    array(
        select a.attname::text
        from unnest(o.conkey) with ordinality as k (attnum, place)
        join pg_attribute as a on a.attrelid = o.conrelid and a.attnum = k.attnum
        order by k.place
    ) || case when o.contype = 'x' then array(
        select distinct a.attname::text
        from pg_depend as p
        join pg_attribute as a on a.attrelid = p.refobjid and a.attnum = p.refobjsubid
        where p.classid = 'pg_class'::regclass and p.objid = o.conindid
          and p.refclassid = 'pg_class'::regclass and p.refobjid = o.conrelid
          and p.refobjsubid <> all (o.conkey)
        order by 1
    ) else '{}' end              as columns,
    pg_get_constraintdef(o.oid)  as definition,
    case when o.contype = 'c' then pg_get_expr(o.conbin, o.conrelid) end as expression,
    case when o.contype = 'f' then jsonb_build_object(
        'schema', rn.nspname,
        'table', rc.relname,
        'columns', array(
            select a.attname::text
            from unnest(o.confkey) with ordinality as k (attnum, place)
            join pg_attribute as a on a.attrelid = o.confrelid and a.attnum = k.attnum
            order by k.place
        ),
        'on_delete', case o.confdeltype
            when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade'
            when 'n' then 'set null' when 'd' then 'set default' end,
        'on_update', case o.confupdtype
            when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade'
            when 'n' then 'set null' when 'd' then 'set default' end,
        'match_full', o.confmatchtype = 'f'
    ) end                        as references,
    o.condeferrable              as deferrable,
    o.condeferred                as initially_deferred,
    o.convalidated               as validated,
    coalesce(i.indnullsnotdistinct and o.contype in ('p', 'u'), false) as nulls_not_distinct,
    case when o.contype = 'x' then (
        select jsonb_agg(jsonb_build_array(
            pg_get_indexdef(o.conindid, k.place::integer, false),
            format('operator(%%I.%%s)', pn.nspname, p.oprname)
        ) order by k.place)
        from unnest(o.conexclop) with ordinality as k (operator, place)
        join pg_operator as p on p.oid = k.operator
        join pg_namespace as pn on pn.oid = p.oprnamespace
    ) else '[]' end              as elements,
    case when o.contype = 'x' then pg_get_expr(i.indpred, i.indrelid) end as predicate,
    o.conparentid <> 0 or not o.conislocal as inherited,
    obj_description(o.oid, 'pg_constraint') as comment
from pg_constraint as o
join pg_class as c on c.oid = o.conrelid
join pg_namespace as n on n.oid = c.relnamespace
left join pg_index as i on i.indexrelid = o.conindid
left join pg_class as rc on rc.oid = o.confrelid
left join pg_namespace as rn on rn.oid = rc.relnamespace
where n.nspname = any (%(schemas)s)
  and o.contype in ('p', 'u', 'f', 'c', 'x')
order by n.nspname collate "C", c.relname collate "C", o.conname collate "C";
