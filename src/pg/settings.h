/*
 * settings.h - the settings, index_advisor.*
 *
 * Floor 0. Each is described for administrators where it is defined, in
 * settings.c, and in the README. Read only, but for the GUC machinery.
 */
#ifndef INDEX_ADVISOR_SETTINGS_H
#define INDEX_ADVISOR_SETTINGS_H

#include "postgres.h"

typedef enum TrackLevel
{
    TRACK_NONE,
    TRACK_TOP,
    TRACK_ALL
} TrackLevel;

extern bool setting_enabled;
extern int setting_track; /* TrackLevel */
extern double setting_sample_rate;
extern int setting_min_rows_removed;
extern double setting_min_removed_fraction;
extern int setting_memory_mb;
extern int setting_max_query_bytes;
extern int setting_binds;
extern bool setting_track_constants;
extern bool setting_save;
extern int setting_save_interval_s;
extern char *setting_budget;
extern int setting_max_indexes;
extern int setting_max_indexes_per_table;
extern double setting_min_improvement;
extern double setting_max_regression;
extern double setting_write_weight;
extern int setting_min_table_rows;
extern int setting_max_planner_calls; /* 0: no limit */
extern int setting_sample_blocks; /* 0: nothing is sampled */
extern int setting_sample_time_ms;
extern double setting_max_overhead; /* per cent; 0: never throttled */
extern bool setting_worker;
extern int setting_worker_interval_s;
extern char *setting_worker_database; /* "": all */
extern bool setting_debug_suspect_all;
extern int setting_debug_hook_us; /* -1: measure samples; else measure all, each taking so much longer */
extern int setting_debug_overhead_interval_ms;
extern int setting_debug_worker_patience_ms;

/* More parameter sets per statement than this are never kept. */
#define SETTING_BINDS_MAX 8

/*
 * How much room new indexes may take: a number above 0 with a unit, which is % (of
 * heap_bytes, the size of the tables, but 64 MB at least) or B, kB, MB, GB, TB (powers of 1024, in
 * any case). Spaces around number and unit are allowed, digits after a point too. False for
 * anything else, NULL and "" included; *bytes is set only when true.
 */
extern bool settings_parse_budget(const char *text, double heap_bytes, double *bytes);

/* Defines all of them. preloaded: also those that only make sense with shared memory. */
extern void settings_define(bool preloaded);

#endif
