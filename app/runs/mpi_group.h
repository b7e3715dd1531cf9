#pragma once

#include <chrono>
#include <memory>

#include "reslab/ranks/rank_group.h"

namespace reslab::app {

/// The ranks of which this process is one, if mpirun, srun or the like has started it; null if it
/// was started alone. `patience`: the longest time that an exchange may take. To be called once,
/// before other threads exist. The ranks end together: the destructor waits for the others. Throws
/// InvalidInput if there are several ranks and ResLab was built without MPI, and RankLost if MPI
/// does not start.
std::unique_ptr<RankGroup> mpi_group(std::chrono::seconds patience);

/// The number of ranks on this machine, this one included; 1 if this process was started alone.
int ranks_on_this_machine();

/// The number of this process among the ranks on this machine, from 0; 0 if it was started alone.
int rank_on_this_machine();

}  // namespace reslab::app
