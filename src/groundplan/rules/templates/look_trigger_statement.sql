create or replace trigger {{ trigger }}
    after {{ event }} on {{ table }}
    referencing new table as new_rows
    for each statement execute function {{ function }}();
