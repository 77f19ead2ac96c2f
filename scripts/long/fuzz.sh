# shellcheck shell=bash
# fuzz - the fuzz targets of fuzz/, each for FUZZ_SECONDS from its corpus, which it runs
# through first: an input that once found something is a regression test. An input
# that finds something is left beside the log, fuzz/TARGET-*.

FUZZ_SECONDS=${FUZZ_SECONDS:-12}

long_fuzz()
{
    local target status
    need_packages clang-14 libclang-rt-14-dev
    if ! run_logged "$WORK/fuzz_build.log" fuzz_make -j"$(nproc)"; then
        tally "build of the fuzz targets" 0 1 1
        return
    fi
    for target in $(fuzz_make list); do
        status=0
        run_logged "$WORK/fuzz_$target.log" fuzz_make run TARGET="$target" SECONDS="$FUZZ_SECONDS" || status=$?
        tally "fuzz $target, $(sed -n 's/^stat::number_of_executed_units: //p' "$WORK/fuzz_$target.log") runs" \
            $((status == 0)) $((status != 0)) $status
    done
}

fuzz_make()
{
    as_unprivileged make -s -C "$TREE/fuzz" BUILD="$WORK/fuzz" PG_CONFIG="$PG_CONFIG" "$@"
}
