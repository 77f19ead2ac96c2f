# index_advisor - a PGXS extension with a C++ core.
#
# The C that knows PostgreSQL is in OBJS, which PGXS also turns into bitcode. The
# C++ that decides stays out of OBJS (PGXS would compile it to bitcode without
# our flags) and is linked through SHLIB_LINK.
#
#   make, make install   as for any extension (PG_CONFIG=... chooses the server)
#   make installcheck    on a running server that preloads index_advisor
#   make test            everything, on throw-away servers under build/
#   make test-long       what takes minutes: load, faults, fuzzing
#   make demo            a shop's workload before and after the advice, on a throw-away server
#   make check-floors    who may include whom, and what the library shows
#   make check-static    clang, clang-tidy and cppcheck find nothing
#   make check-format    clang-format, the version that scripts/check-format names
EXTENSION = index_advisor
MODULE_big = index_advisor
DATA = sql/index_advisor--1.0.sql
PGFILEDESC = "index_advisor - which indexes to create, change and drop, from executed plans"

OBJS = \
	src/pg/advise.o \
	src/pg/advise_build.o \
	src/pg/advise_check.o \
	src/pg/advise_checks.o \
	src/pg/advise_conjunction.o \
	src/pg/advise_estimate.o \
	src/pg/advise_expressions.o \
	src/pg/advise_front.o \
	src/pg/advise_groups.o \
	src/pg/advise_index.o \
	src/pg/advise_lock.o \
	src/pg/advise_proof.o \
	src/pg/advise_remedy.o \
	src/pg/advise_sample.o \
	src/pg/advise_statistics.o \
	src/pg/advise_words.o \
	src/pg/advise_workload.o \
	src/pg/capture.o \
	src/pg/capture_groups.o \
	src/pg/capture_guard.o \
	src/pg/capture_keep.o \
	src/pg/capture_logical.o \
	src/pg/capture_overhead.o \
	src/pg/capture_parallel.o \
	src/pg/capture_scan.o \
	src/pg/capture_shape.o \
	src/pg/capture_streak.o \
	src/pg/capture_writes.o \
	src/pg/catalog.o \
	src/pg/catalog_attribute.o \
	src/pg/catalog_deparse.o \
	src/pg/catalog_distinct.o \
	src/pg/catalog_index.o \
	src/pg/catalog_statistics.o \
	src/pg/constant.o \
	src/pg/explain.o \
	src/pg/explain_prune.o \
	src/pg/functions.o \
	src/pg/functions_advice.o \
	src/pg/functions_dismiss.o \
	src/pg/functions_dump.o \
	src/pg/functions_explain.o \
	src/pg/functions_front.o \
	src/pg/functions_health.o \
	src/pg/functions_lines.o \
	src/pg/functions_prefer.o \
	src/pg/functions_publish.o \
	src/pg/functions_read.o \
	src/pg/functions_report.o \
	src/pg/functions_rows.o \
	src/pg/functions_script.o \
	src/pg/functions_shape.o \
	src/pg/functions_tables.o \
	src/pg/functions_unattended.o \
	src/pg/functions_workload.o \
	src/pg/gather.o \
	src/pg/gather_ends.o \
	src/pg/gather_evidence.o \
	src/pg/gather_learn.o \
	src/pg/gather_probe.o \
	src/pg/gather_relation.o \
	src/pg/gather_request.o \
	src/pg/gather_sample.o \
	src/pg/gather_search.o \
	src/pg/gather_statistics.o \
	src/pg/gather_values.o \
	src/pg/gather_writes.o \
	src/pg/module.o \
	src/pg/normalise.o \
	src/pg/plan_key.o \
	src/pg/plan_mismatch.o \
	src/pg/plan_note.o \
	src/pg/plan_outside.o \
	src/pg/plan_predicates.o \
	src/pg/plan_reader.o \
	src/pg/plan_relation.o \
	src/pg/plan_rewrite.o \
	src/pg/plan_search.o \
	src/pg/scope.o \
	src/pg/settings.o \
	src/pg/statement_blob.o \
	src/pg/statement_deadline.o \
	src/pg/statement_functions.o \
	src/pg/statement_params.o \
	src/pg/statement_parse.o \
	src/pg/statement_path.o \
	src/pg/statement_relations.o \
	src/pg/statement_rights.o \
	src/pg/statement_run.o \
	src/pg/statement_session.o \
	src/pg/store.o \
	src/pg/store_blobs.o \
	src/pg/store_dump.o \
	src/pg/store_evict.o \
	src/pg/store_ids.o \
	src/pg/store_load.o \
	src/pg/store_overhead.o \
	src/pg/store_read.o \
	src/pg/store_scans.o \
	src/pg/store_wanted.o \
	src/pg/store_writes.o \
	src/pg/whatif.o \
	src/pg/whatif_brin.o \
	src/pg/whatif_ddl.o \
	src/pg/whatif_ends.o \
	src/pg/whatif_estimate.o \
	src/pg/whatif_groups.o \
	src/pg/whatif_entry.o \
	src/pg/whatif_gin.o \
	src/pg/whatif_growth.o \
	src/pg/whatif_index.o \
	src/pg/whatif_limit.o \
	src/pg/whatif_method.o \
	src/pg/whatif_options.o \
	src/pg/whatif_pace.o \
	src/pg/whatif_relevance.o \
	src/pg/whatif_rows.o \
	src/pg/whatif_sample.o \
	src/pg/whatif_stats.o \
	src/pg/whatif_tree.o \
	src/pg/worker.o \
	src/pg/worker_round.o

CORE_OBJS = \
	src/core/advice.o \
	src/core/advisor.o \
	src/core/advisor_statistics.o \
	src/core/alternatives.o \
	src/core/candidate_partial.o \
	src/core/candidate_pool.o \
	src/core/candidates.o \
	src/core/candidates_search.o \
	src/core/cost_table.o \
	src/core/covering.o \
	src/core/definition.o \
	src/core/describe.o \
	src/core/doubt.o \
	src/core/dump.o \
	src/core/facts_check.o \
	src/core/greedy.o \
	src/core/group_law.o \
	src/core/index_build.o \
	src/core/index_leaves.o \
	src/core/index_size.o \
	src/core/index_size_gin.o \
	src/core/index_size_sampled.o \
	src/core/index_size_tree.o \
	src/core/index_tuple.o \
	src/core/inquiry.o \
	src/core/key_frequencies.o \
	src/core/key_mixture.o \
	src/core/key_groups.o \
	src/core/key_order.o \
	src/core/key_statistics.o \
	src/core/knapsack.o \
	src/core/known_plans.o \
	src/core/local_search.o \
	src/core/lower_bound.o \
	src/core/partial_share.o \
	src/core/polish.o \
	src/core/preference.o \
	src/core/ranking.o \
	src/core/reasons.o \
	src/core/reasons_others.o \
	src/core/reasons_price.o \
	src/core/reasons_search.o \
	src/core/request_shape.o \
	src/core/search.o \
	src/core/selection.o \
	src/core/split_pages.o \
	src/core/statistics.o \
	src/core/statistics_estimate.o \
	src/core/statistics_groups.o \
	src/core/statistics_words.o \
	src/core/survey.o \
	src/core/valuation.o \
	src/core/verdict.o \
	src/core/verdict_cardinality.o \
	src/core/verdict_existing.o \
	src/core/verdict_name.o \
	src/core/verdict_obstacle.o \
	src/core/verdict_paging.o \
	src/core/verdict_price.o \
	src/core/verdict_width.o \
	src/core/words.o \
	src/core/workload.o \
	src/core/write_cost.o \
	src/core/write_wal.o

# The control file is the one source of the version; the library compares it with that of the SQL objects.
ADVISOR_VERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" index_advisor.control)
PG_CPPFLAGS = -I$(srcdir)/src -DINDEX_ADVISOR_VERSION='"$(ADVISOR_VERSION)"'
# From 19 on the server's headers are in the C that its compiler speaks by itself.
PG_CFLAGS = $(if $(filter 15 16 17 18,$(MAJORVERSION)),-std=gnu11) -Wno-declaration-after-statement -MMD -MP
PG_CXXFLAGS = -std=c++20 -Wall -Wextra -fvisibility=hidden -MMD -MP
SHLIB_LINK = $(CORE_OBJS)
SHLIB_EXPORTS = src/exports.txt
EXTRA_CLEAN = $(CORE_OBJS) $(OBJS:.o=.d) $(CORE_OBJS:.o=.d)

ifdef WERROR
PG_CFLAGS += -Werror
PG_CXXFLAGS += -Werror
endif

# Every file is a test: install comes first, plain_* runs without preload.
TEST_NAMES = $(sort $(basename $(notdir $(wildcard $(srcdir)/sql_tests/sql/*.sql))))
REGRESS_PLAIN = $(filter plain_%,$(TEST_NAMES))
REGRESS = $(filter install,$(TEST_NAMES)) $(filter-out install plain_%,$(TEST_NAMES))
REGRESS_OPTS = --inputdir=$(srcdir)/sql_tests
ISOLATION = $(sort $(basename $(notdir $(wildcard $(srcdir)/sql_tests/specs/*.spec))))
ISOLATION_OPTS = --inputdir=$(srcdir)/sql_tests --outputdir=.

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
else ifneq ($(filter-out test test-long demo print-%,$(or $(MAKECMDGOALS),all)),)
$(error $(PG_CONFIG) belongs to no PostgreSQL server with headers: install them, or set PG_CONFIG)
else
srcdir = .
endif

# The library holds C++: link it with the C++ compiler.
override COMPILER = $(CXX) $(CXXFLAGS)
$(shlib): $(CORE_OBJS)
src/pg/functions.o src/pg/functions_health.o: index_advisor.control

-include $(OBJS:.o=.d) $(CORE_OBJS:.o=.d)

# Both install what they lack, PostgreSQL included, and so work without PGXS.
test:
	$(srcdir)/scripts/test

test-long:
	$(srcdir)/scripts/test-long

demo:
	@$(srcdir)/demo/run

# What the sources show, and what the library shows if it is built: it builds nothing.
check-floors:
	$(srcdir)/scripts/check-floors
	@if [ -e $(shlib) ]; then $(srcdir)/scripts/check-floors $(shlib); \
	else echo "floors: $(shlib) is not built, what it shows was not looked at"; fi

check-static:
	PG_CONFIG=$(PG_CONFIG) $(srcdir)/scripts/check-static

check-format:
	$(srcdir)/scripts/check-format

print-%:
	@echo $($*)

.PHONY: test test-long demo check-floors check-static check-format
