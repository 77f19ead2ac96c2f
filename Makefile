# index_advisor - a PGXS extension with a C++ core.
#
# The C that knows PostgreSQL is in OBJS, which PGXS also turns into bitcode. The
# C++ that decides stays out of OBJS (PGXS would compile it to bitcode without
# our flags) and is linked through SHLIB_LINK.
EXTENSION = index_advisor
MODULE_big = index_advisor
DATA = sql/index_advisor--1.0.sql
PGFILEDESC = "index_advisor - which indexes to create, change and drop, from executed plans"

OBJS = \
	src/pg/advise.o \
	src/pg/capture.o \
	src/pg/catalog.o \
	src/pg/functions.o \
	src/pg/gather.o \
	src/pg/module.o \
	src/pg/normalise.o \
	src/pg/plan_reader.o \
	src/pg/scope.o \
	src/pg/settings.o \
	src/pg/statement.o \
	src/pg/store.o \
	src/pg/whatif.o \
	src/pg/worker.o

CORE_OBJS = \
	src/core/advice.o \
	src/core/advisor.o \
	src/core/candidates.o \
	src/core/cost_table.o \
	src/core/index_size.o \
	src/core/search.o \
	src/core/verdict.o \
	src/core/workload.o \
	src/core/write_cost.o

PG_CPPFLAGS = -I$(srcdir)/src
PG_CFLAGS = -std=gnu11 -Wno-declaration-after-statement -MMD -MP
PG_CXXFLAGS = -std=c++20 -Wall -Wextra -fvisibility=hidden -MMD -MP
SHLIB_LINK = $(CORE_OBJS)
SHLIB_EXPORTS = src/exports.txt
EXTRA_CLEAN = $(CORE_OBJS) $(OBJS:.o=.d) $(CORE_OBJS:.o=.d)

ifdef WERROR
PG_CFLAGS += -Werror
PG_CXXFLAGS += -Werror
endif

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# The library holds C++: link it with the C++ compiler.
override COMPILER = $(CXX) $(CXXFLAGS)
$(shlib): $(CORE_OBJS)

-include $(OBJS:.o=.d) $(CORE_OBJS:.o=.d)
