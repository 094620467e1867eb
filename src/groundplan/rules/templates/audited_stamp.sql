create or replace trigger t20_stamp
    before update on {{ table }}
    for each row execute function core.stamp({{ arguments }});
