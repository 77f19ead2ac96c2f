# shellcheck shell=bash
# source.sh - PostgreSQL's own test suites, from Debian's source package. Sourced after
# lib.sh, with WORK and PG_CONFIG set. Fetched once: build/source-MAJOR is used again.

# Where the unprivileged user can read it.
SOURCE=$ROOT/build/source-$MAJOR
[[ $WORK = "$ROOT"/build/* ]] || SOURCE=$WORK/source

# A list of the source packages beside this machine's own package lists.
# shellcheck disable=SC2016 # apt's fields, not ours
source_lists()
{
    mkdir -p "$SOURCE/lists/partial" "$SOURCE/parts"
    apt-get indextargets --format \
        'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(CODENAME) $(COMPONENT)' \
        'Created-By: Packages' 'Origin: Debian' | sort -u >"$SOURCE/sources.list"
}

# with_sources APT-PROGRAM ARGUMENT...
with_sources()
{
    local program=$1
    shift
    "$program" -q -o Dir::Etc::SourceList="$SOURCE/sources.list" -o Dir::Etc::SourceParts="$SOURCE/parts" \
        -o Dir::State::Lists="$SOURCE/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root "$@"
}

# The source of the installed minor, else the newest that the mirrors list and have.
fetch_source()
{
    local package=postgresql-$MAJOR versions version
    [ ! -e "$SOURCE/.complete" ] || return 0
    rm -rf "$SOURCE"
    source_lists
    with_sources apt-get update
    versions=$(dpkg-query -W -f '${source:Version}\n' "$package"
        with_sources apt-cache showsrc "$package" | sed -n 's/^Version: //p' | sort -ruV)
    for version in $versions; do
        if (cd "$SOURCE" && with_sources apt-get source --download-only "$package=$version"); then
            tar -C "$SOURCE" --strip-components=1 --wildcards -xf "$(compgen -G "$SOURCE/*.orig.tar.[bgx]z*")" '*/src/test'
            touch "$SOURCE/.complete"
            say "source $version"
            return 0
        fi
    done
    die "no source of $package to be had"
}

# C functions that the suites load, beside two modules of the server package: in MODULES.
build_suite_modules()
{
    local name
    MODULES=$WORK/modules
    mkdir -p "$MODULES"
    cp "$SOURCE/src/test/regress/regress.c" "$MODULES"
    # shellcheck disable=SC2016 # make's variable
    printf '%s\n' 'MODULES = regress' 'PGXS := $(shell $(PG_CONFIG) --pgxs)' 'include $(PGXS)' >"$MODULES/Makefile"
    make -C "$MODULES" with_llvm=no
    for name in autoinc refint; do
        cp "$("$PG_CONFIG" --pkglibdir)/$name.so" "$MODULES"
    done
    give_away "$MODULES"
}

# run_suite SUITE CLUSTER OUT: regress or isolation; results in OUT/results. Its own verdict,
# which is against the expectations of another minor, does not count.
run_suite()
{
    local suite=$1 cluster=$2 out=$3 inputs=$SOURCE/src/test/$1 program
    program=$PGXS_DIR/src/test/regress/pg_regress
    [ "$suite" = regress ] || program=$PGXS_DIR/src/test/isolation/pg_isolation_regress
    shift 3
    [ $# -gt 0 ] || set -- --schedule="$(compgen -G "$inputs/*_schedule" | grep -v serial | head -n 1)"
    as_unprivileged mkdir -p "$out"
    (cd "$out" && as_unprivileged "$program" --inputdir="$inputs" --outputdir="$out" --bindir="$BIN" \
        --dlpath="$MODULES" --max-concurrent-tests=20 --host="$SOCKETS/$cluster" --user=postgres \
        --dbname="$suite" "$@") >"$out.log" 2>&1 || true
    grep -E 'tests (passed|failed)' "$out.log" || tail -n 3 "$out.log"
}
