-- Functions that run while a row is written or read: those that defaults, generated columns, checks,
-- domains, keys of indexes, policies and conditions of triggers call, but not those of PostgreSQL and of
-- extensions. What a trigger itself executes runs one level deeper, with no mark of ours.
with recursive made_of (relation, name, type) as (
    select a.attrelid, a.attname, a.atttypid
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any (%(schemas)s) and c.relkind in ('r', 'p')
      and a.attnum > 0 and not a.attisdropped
    union
    select made_of.relation, made_of.name, case t.typtype when 'd' then t.typbasetype else t.typelem end
    from made_of
    join pg_type as t on t.oid = made_of.type
    where t.typtype = 'd' or t.typelem <> 0
), code (kind, relation, name, catalog, object, besides) as (
    select 'column', d.adrelid, a.attname, 'pg_attrdef'::regclass, d.oid, 0::oid
    from pg_attrdef as d
    join pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum
    union all
    select 'column', relation, name, 'pg_type'::regclass, type, 0 from made_of
    union all
    select 'column', made_of.relation, made_of.name, 'pg_constraint'::regclass, o.oid, 0
    from made_of
    join pg_constraint as o on o.contypid = made_of.type
    union all
    select 'constraint', o.conrelid, o.conname, 'pg_constraint'::regclass, o.oid, 0
    from pg_constraint as o where o.contype = 'c' and o.conrelid <> 0
    union all
    select 'constraint', o.conrelid, o.conname, 'pg_class'::regclass, o.conindid, 0
    from pg_constraint as o where o.contype in ('p', 'u', 'x')
    union all
    select 'index', i.indrelid, x.relname, 'pg_class'::regclass, i.indexrelid, 0
    from pg_index as i join pg_class as x on x.oid = i.indexrelid
    union all
    select 'policy', p.polrelid, p.polname, 'pg_policy'::regclass, p.oid, 0
    from pg_policy as p
    union all
    select 'trigger', t.tgrelid, t.tgname, 'pg_trigger'::regclass, t.oid, t.tgfoid
    from pg_trigger as t where not t.tgisinternal
), called (kind, relation, name, besides, function) as (
    select kind, relation, name, besides, case p.refclassid
        when 'pg_proc'::regclass then p.refobjid
        when 'pg_operator'::regclass then (select oprcode from pg_operator where oid = p.refobjid)
        else (select a.amproc from pg_amproc as a join pg_opclass as o on o.opcfamily = a.amprocfamily
              where o.oid = p.refobjid order by a.amprocnum limit 1) end
    from code
    join pg_depend as p on p.classid = code.catalog and p.objid = code.object
    where p.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass)
)
select
    called.kind,
    format('%%s.%%s', n.nspname, c.relname) as place,
    called.name,
    array_agg(distinct f.oid::regprocedure::text) as functions
from called
join pg_class as c on c.oid = called.relation
join pg_namespace as n on n.oid = c.relnamespace
join pg_proc as f on f.oid = called.function
where n.nspname = any (%(schemas)s)
  and called.function <> called.besides
  and f.pronamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
  and not exists (
      select from pg_depend as p
      where p.classid = 'pg_proc'::regclass and p.objid = f.oid and p.deptype = 'e')
group by called.kind, n.nspname, c.relname, called.name;
