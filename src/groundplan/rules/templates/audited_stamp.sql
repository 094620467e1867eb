if coalesce(current_setting('groundplan.maintenance', true), '') = ''
   or not core.is_restoring()
then
    new.version := old.version + 1;
    if {{ stamped_when }} then
        new.updated_at := now();
    end if;
end if;
