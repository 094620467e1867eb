-- What acts on the whole database: extensions, triggers on events, and settings that sessions
-- begin with and that switch guards off. Others do no harm: our functions have their own search_path,
-- every level of isolation keeps the rules, and a tenant is for everybody to choose.
select 'extension' as kind, '' as place, e.extname as name, '{}'::jsonb as aspects
from pg_extension as e
union all
select 'event trigger', '', t.evtname, jsonb_build_object(
    'fires', t.evtenabled, 'event', t.evtevent, 'function', t.evtfoid::regprocedure::text)
from pg_event_trigger as t
union all
select 'setting', coalesce(r.rolname, 'every role'), split_part(given, '=', 1),
    jsonb_build_object('value', substr(given, strpos(given, '=') + 1))
from pg_db_role_setting as s
cross join unnest(s.setconfig) as given
left join pg_roles as r on r.oid = s.setrole
where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
  and split_part(given, '=', 1)
      in ('session_replication_role', 'groundplan.maintenance', 'groundplan.writer',
          'groundplan.lines_checked_when_placed')
  and substr(given, strpos(given, '=') + 1) not in ('', 'origin');
