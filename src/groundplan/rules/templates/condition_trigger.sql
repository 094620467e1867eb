create or replace trigger t10_{{ name }}_{{ event }}
    after {{ event }} on {{ table }}
    referencing new table as new_rows
    for each statement execute function {{ schema }}.{{ name }}();
