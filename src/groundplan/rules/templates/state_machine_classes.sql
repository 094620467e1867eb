create or replace function {{ schema }}.{{ table_name }}_{{ column }}_class(status text) returns text
    language sql immutable strict parallel safe
    return case
        {{ branches }}
    end;
comment on function {{ schema }}.{{ table_name }}_{{ column }}_class(text) is
    'The class of a status of {{ table }}: code asks for the class, so that projects can add statuses.';
