if coalesce(current_setting('groundplan.maintenance', true), '') = ''
   or not core.is_restoring()
then
    new.version := 1;
end if;
