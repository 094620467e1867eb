-- What the database itself keeps in these rows may change; nothing else may.
perform from old_rows as o
left join new_rows as n on n.id = o.id
where {{ changed }};
if not found then
    return null;
end if;
