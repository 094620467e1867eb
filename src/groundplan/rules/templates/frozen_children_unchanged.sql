-- What the database itself keeps in these rows may change; nothing else may.
perform from old_rows as o
where not exists (
    select from new_rows as n
    where n.id = o.id and to_jsonb(n) - {{ kept }} = to_jsonb(o) - {{ kept }}
);
if not found then
    return null;
end if;
