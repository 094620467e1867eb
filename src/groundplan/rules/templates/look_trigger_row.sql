create or replace trigger {{ trigger }}
    after {{ event }} on {{ table }}
    for each row when ({{ when }})
    execute function {{ function }}();
