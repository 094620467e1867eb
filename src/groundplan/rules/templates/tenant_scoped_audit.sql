select '{{ table }}' as id, 'row security is off or the policy is missing' as detail
where exists (select from core.installed_modules where tenancy = 'multi')
  and not exists (
    select from pg_catalog.pg_class as class
    join pg_catalog.pg_policy as policy on policy.polrelid = class.oid
    where class.oid = '{{ table }}'::regclass and class.relrowsecurity
      and policy.polname = {{ policy }}
)
