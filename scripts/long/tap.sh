# shellcheck shell=bash
# tap - the TAP tests of sql_tests/long.

long_tap()
{
    tap "long TAP" long
}
