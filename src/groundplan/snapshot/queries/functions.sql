-- Functions that came with an extension are the extension's. Aggregates have no definition to show.
select
    n.nspname                                 as schema,
    f.proname                                 as name,
    pg_get_function_identity_arguments(f.oid) as arguments,
    coalesce(pg_get_function_result(f.oid), '') as returns,
    case f.prokind
        when 'f' then 'function' when 'p' then 'procedure'
        when 'a' then 'aggregate' when 'w' then 'window'
    end                                       as kind,
    l.lanname                                 as language,
    case f.provolatile
        when 'i' then 'immutable' when 's' then 'stable' when 'v' then 'volatile'
    end                                       as volatility,
    case f.proparallel
        when 's' then 'safe' when 'r' then 'restricted' when 'u' then 'unsafe'
    end                                       as parallel,
    f.prosecdef                               as security_definer,
    coalesce(f.proconfig, '{}')               as settings,
    case when f.prokind <> 'a' then pg_get_functiondef(f.oid) end as definition,
    obj_description(f.oid, 'pg_proc')         as comment
from pg_proc as f
join pg_namespace as n on n.oid = f.pronamespace
join pg_language as l on l.oid = f.prolang
where n.nspname = any (%(schemas)s)
  and not exists (
      select from pg_depend as p
      where p.classid = 'pg_proc'::regclass and p.objid = f.oid and p.deptype = 'e')
order by n.nspname collate "C", f.proname collate "C",
    pg_get_function_identity_arguments(f.oid) collate "C";
