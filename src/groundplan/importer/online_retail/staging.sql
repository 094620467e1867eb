-- The lines of the file, as text. A temporary table: no log, and a crash leaves nothing of it.

create temporary table file_lines (
    line_number integer not null,
    invoice     text,
    code        text,
    description text,
    quantity    text,
    invoiced_at text,
    price       text,
    customer    text,
    country     text,
    surplus     text[]
) on commit drop;
