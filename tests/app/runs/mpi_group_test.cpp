#include "app/runs/mpi_group.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace reslab::app {
namespace {

TEST(MpiGroup, RanksOfAMachineAreNumbered) {
  setenv("OMPI_COMM_WORLD_LOCAL_RANK", "3", 1);
  EXPECT_EQ(rank_on_this_machine(), 0) << "a process that was started alone";
  setenv("OMPI_COMM_WORLD_SIZE", "8", 1);
  EXPECT_EQ(rank_on_this_machine(), 3);
  unsetenv("OMPI_COMM_WORLD_LOCAL_RANK");
  setenv("SLURM_LOCALID", "2", 1);
  EXPECT_EQ(rank_on_this_machine(), 2);
  for (const auto* variable : {"OMPI_COMM_WORLD_SIZE", "SLURM_LOCALID"}) unsetenv(variable);
}

}  // namespace
}  // namespace reslab::app
