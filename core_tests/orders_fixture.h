/* orders_fixture.h - a million orders of 50,000 customers in five states, which many tests begin with. */
#ifndef ORDERS_FIXTURE_H
#define ORDERS_FIXTURE_H

#include <gtest/gtest.h>

#include "facts_builder.h"

class Orders : public ::testing::Test
{
  protected:
    FactsBuilder shop;
    AdvisorLimits limits = FactsBuilder::limits();
    int orders = shop.table("orders", 1e6, 20000);
    int user = shop.column(orders, "user_id", 50000);
    int status = shop.column(orders, "status", 5);
    int created = shop.column(orders, "created_at", 1e6, 8);
};

#endif
