#include "app/command/jobs.h"

#include <gtest/gtest.h>

namespace reslab::app {
namespace {

TEST(AutomaticJobs, AreLimitedByCpusRunsAndMemory) {
  const double gigabyte = 1e9;
  EXPECT_EQ(automatic_jobs({.cpus = 64, .threads = 0, .runs = 15}), 15);
  EXPECT_EQ(automatic_jobs({.cpus = 8, .threads = 0, .runs = 15}), 8);
  EXPECT_EQ(automatic_jobs({.cpus = 8, .threads = 3, .runs = 15}), 2);
  EXPECT_EQ(automatic_jobs({.cpus = 2, .threads = 4, .runs = 15}), 1);
  EXPECT_EQ(automatic_jobs({.cpus = 8, .threads = 0, .runs = 0}), 1);
  JobLimits limits{.cpus = 64, .threads = 0, .runs = 64, .memory_of_worker = gigabyte};
  EXPECT_EQ(automatic_jobs(limits), 64);
  limits.available_memory = 10 * gigabyte;
  EXPECT_EQ(automatic_jobs(limits), 8);  // a fifth of the memory is left to others
  limits.available_memory = 0;
  EXPECT_EQ(automatic_jobs(limits), 1);
}

}  // namespace
}  // namespace reslab::app
