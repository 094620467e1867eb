-- One appended row in 250 makes its transaction fold a little, at commit, if nobody else
-- is folding: the reports need no worker. (OR REPLACE does not exist for constraint triggers.)
drop trigger if exists t60_fold_at_commit on {{ delta }};
create constraint trigger t60_fold_at_commit
    after insert on {{ delta }}
    deferrable initially deferred
    for each row when (random() < 0.004)
    execute function groundplan.fold_at_commit('{{ name }}');
