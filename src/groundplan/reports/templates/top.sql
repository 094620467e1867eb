-- The best of one group without reading it all: the folded ones from the index, without those that
-- have pending deltas; these are few and are merged in. Ties at the end all come along.
create or replace function {{ name }}(
    {{ groups }}
    ranked_by text, n integer
)
    returns setof {{ everyone }}
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    {{ branches }}
    else
        perform core.refuse(
            '23R14', 'ranking_is_known', '{{ view }}',
            'A report is ranked by one of its measures.',
            format('ranked_by = %s was given; allowed: {{ listed }}.',
                core.value_shown(to_jsonb(ranked_by))),
            'Choose one of the allowed measures.');
    end if;
end
$$;
comment on function {{ name }}({{ group_types }}, text, integer) is
    'The first n of one group, and all that tie with the last, ranked by {{ listed }}.';
