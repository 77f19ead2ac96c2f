/*
 * advise_front.c - budgets: whether one is, and what several buy, from one run.
 *
 * From the smallest budget to the largest, each asks the planner only what the smaller ones did not.
 */
#include "advise_internal.h"

#include "settings.h"

static int compare_budgets(const void *a, const void *b);
static void agree(AdvisedFront *points, int n);

void
advise_front(AdvisedFront *points, int n, AdviseOptions *options)
{
    Session *session;

    for (int i = 0; i < n; i++)
    {
        options->budget = points[i].budget;
        advise_check_options(options);
    }
    session = session_begin_captured(options);
    for (int i = 0; i < n; i++)
        (void)settings_parse_budget(points[i].budget, session_heap_bytes(session), &points[i].budget_bytes);
    qsort(points, n, sizeof(AdvisedFront), compare_budgets);
    session_try_budgets(session, options, points, n);
    agree(points, n);
}

/* Before any work: a budget in per cent is only known once the tables are. */
void
advise_check_options(const AdviseOptions *options)
{
    const char *budget = options->budget ? options->budget : setting_budget;
    double bytes;

    if (!settings_parse_budget(budget, 0.0, &bytes))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid budget: \"%s\"", budget),
                        errhint("A budget is a size such as '500MB', or a share of the tables such as '25%%'.")));
}

static int
compare_budgets(const void *a, const void *b)
{
    double left = ((const AdvisedFront *)a)->budget_bytes, right = ((const AdvisedFront *)b)->budget_bytes;

    return (left > right) - (left < right);
}

/* What fits into less room fits into more, and what cannot be reached with more room cannot be with less. */
static void
agree(AdvisedFront *points, int n)
{
    for (int i = 1; i < n; i++)
    {
        if (points[i].load_after > points[i - 1].load_after)
        {
            points[i].n_indexes = points[i - 1].n_indexes;
            points[i].used_bytes = points[i - 1].used_bytes;
            points[i].load_after = points[i - 1].load_after;
        }
    }
    for (int i = n - 1; i > 0; i--)
        points[i - 1].lower_bound = Max(points[i - 1].lower_bound, points[i].lower_bound);
}
