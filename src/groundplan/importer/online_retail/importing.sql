-- What the importer remembers for ever: its runs, and every line it did not load, with the reason.
-- Made by the first import, with the rights of the owner; nobody else is granted anything.

create schema if not exists importing;
comment on schema importing is
    'Groundplan: what was imported from files, and which lines were refused.';

create table if not exists importing.runs (
    tenant_id        integer     not null default core.current_tenant_id()
                                 references core.tenants (id),
    id               uuid        not null default core.new_id() primary key,
    source           text        not null collate "C",
    file_name        text        not null,
    read_lines       integer     not null,
    loaded_lines     integer     not null,
    rejected_lines   integer     not null,
    duplicate_lines  integer     not null,
    source_amount    numeric     not null,
    loaded_amount    numeric     not null,
    rejected_amount  numeric     not null,
    duplicate_amount numeric     not null,
    created_at       timestamptz not null default now(),
    created_by       text        not null default core.actor(),

    constraint every_line_read_is_accounted_for
        check (read_lines = loaded_lines + rejected_lines + duplicate_lines),
    constraint every_penny_read_is_accounted_for
        check (source_amount = loaded_amount + rejected_amount + duplicate_amount)
);
comment on table importing.runs is
    'One row for each import that was committed: lines and money read, loaded, rejected, known.';
comment on column importing.runs.tenant_id is 'The company it was imported for.';
comment on column importing.runs.id is 'Identifier: a time-ordered UUID.';
comment on column importing.runs.source is 'What kind of file it was: import:online-retail.';
comment on column importing.runs.file_name is 'Name of the file, without its directory.';
comment on column importing.runs.read_lines is 'Lines in the file, without the header.';
comment on column importing.runs.loaded_lines is 'Lines that became rows.';
comment on column importing.runs.rejected_lines is 'Lines that did not, each with a reason.';
comment on column importing.runs.duplicate_lines is 'Lines an earlier run had loaded already.';
comment on column importing.runs.source_amount is
    'Sum of quantity x price of all lines read, as exact as the file says it.';
comment on column importing.runs.loaded_amount is
    'What the sales ledger gained: charged for orders less refunds, counted after the load.';
comment on column importing.runs.rejected_amount is 'Sum of the rejected lines.';
comment on column importing.runs.duplicate_amount is 'Sum of the lines that were loaded before.';
comment on column importing.runs.created_at is 'When.';
comment on column importing.runs.created_by is 'Who, as the application said it.';

create table if not exists importing.rejected_lines (
    tenant_id   integer not null default core.current_tenant_id() references core.tenants (id),
    id          uuid    not null primary key,
    run_id      uuid    not null references importing.runs (id),
    file_name   text    not null,
    line_number integer not null,
    fields      text[]  not null,
    amount      numeric,
    reason      text    not null collate "C"
);
create index if not exists rejected_lines_run on importing.rejected_lines (run_id);
comment on table importing.rejected_lines is
    'Every line that was not loaded, as it stood in the file. Its row stays, whether later runs
refuse it again or load it because its sale came with another file.';
comment on column importing.rejected_lines.tenant_id is 'The company it was imported for.';
comment on column importing.rejected_lines.id is 'Identifier of the line: the same in every run.';
comment on column importing.rejected_lines.run_id is 'The run that refused it first.';
comment on column importing.rejected_lines.file_name is 'The file of that run.';
comment on column importing.rejected_lines.line_number is
    'Where the line begins in that file, the header being 1.';
comment on column importing.rejected_lines.fields is 'Its fields, unchanged.';
comment on column importing.rejected_lines.amount is
    'Quantity x price; null where one of them is not a number.';
comment on column importing.rejected_lines.reason is 'Why: see the decision record 0010.';
