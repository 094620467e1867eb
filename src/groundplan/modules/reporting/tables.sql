-- reporting: the calendar, and the state of the counting. The rollups of each module stand in its
-- own rollups.sql; their tables live in this schema too.

create table reporting.calendar (
    day          date     not null primary key,
    year         smallint not null,
    quarter      smallint not null,
    month        smallint not null,
    month_start  date     not null,
    iso_year     smallint not null,
    iso_week     smallint not null,
    weekday      smallint not null,
    weekday_name text     not null,

    constraint calendar_says_what_its_day_is
        check (year = extract(year from day)
           and quarter = extract(quarter from day)
           and month = extract(month from day)
           and iso_year = extract(isoyear from day)
           and iso_week = extract(week from day)
           and weekday = extract(isodow from day)
           and month_start = day - (extract(day from day)::integer - 1)
           and weekday_name = (array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday',
               'Saturday', 'Sunday'])[weekday])
);
comment on table reporting.calendar is 'One row a day, so that days without orders appear, as zeros.';
comment on column reporting.calendar.day is 'The day.';
comment on column reporting.calendar.year is 'Calendar year.';
comment on column reporting.calendar.quarter is '1 to 4.';
comment on column reporting.calendar.month is '1 to 12.';
comment on column reporting.calendar.month_start is 'First day of its month.';
comment on column reporting.calendar.iso_year is 'Year of its ISO week.';
comment on column reporting.calendar.iso_week is 'ISO week, 1 to 53.';
comment on column reporting.calendar.weekday is '1 Monday to 7 Sunday.';
comment on column reporting.calendar.weekday_name is 'Monday to Sunday.';

create table reporting.verifications (
    id          uuid        not null default core.new_id() primary key,
    verified_at timestamptz not null default now(),
    verified_by text        not null default core.actor(),
    rules       integer     not null,
    violations  bigint      not null,
    reports     integer     not null,
    differences bigint      not null,
    faults      integer     not null default 0
);
comment on table reporting.verifications is 'When rules and reports were last verified, with what result.';
comment on column reporting.verifications.verified_at is 'When.';
comment on column reporting.verifications.verified_by is 'By whom.';
comment on column reporting.verifications.rules is 'Rules whose audit ran.';
comment on column reporting.verifications.violations is 'Rows that break a rule.';
comment on column reporting.verifications.reports is 'Reports counted again from their source.';
comment on column reporting.verifications.differences is 'Groups whose stored number differs from it.';
comment on column reporting.verifications.faults is
    'Guards and other objects that were missing or not as they should be.';
