union all
select event.entity_id, event.topic || ' never happened'
from core.outbox_events as event
where starts_with(event.topic, {{ topic }} || '.')
  and not exists (
    select from {{ history }} as history
    where history.{{ history_key }} = event.entity_id
      and history.entity_version = event.entity_version
      and history.to_status = substr(event.topic, length({{ topic }}) + 2)
)
