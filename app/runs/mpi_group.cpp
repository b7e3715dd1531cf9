#include "app/runs/mpi_group.h"

#include <array>
#include <climits>
#include <cstdlib>
#include <string>
#include <thread>

#include "app/runs/wait_until.h"
#include "reslab/base/environment_number.h"
#include "reslab/base/error.h"

#if RESLAB_HAS_MPI
#include <mpi.h>
#endif

namespace reslab::app {
namespace {

/// The number of ranks that were started together with this one; 0 if the environment tells of
/// none. Open MPI, MPICH and Slurm with PMI2, and Slurm with PMIx tell it.
int started_ranks() {
  for (const auto* variable : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const int size = environment_number(variable); size > 0) return size;
  return std::getenv("PMIX_RANK") != nullptr ? environment_number("SLURM_STEP_NUM_TASKS") : 0;
}

#if RESLAB_HAS_MPI

class MpiGroup : public RankGroup {
 public:
  explicit MpiGroup(std::chrono::seconds patience) : patience_(patience) {
    int provided = 0;
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS)
      throw RankLost("MPI does not start");
    if (provided < MPI_THREAD_SERIALIZED)
      throw RankLost("this MPI does not allow calls from several threads");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }
  ~MpiGroup() override {
    join_devices(nullptr);  // NCCL ends while all ranks still answer
    MPI_Finalize();
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  void exchange(int peer, std::span<const std::byte> out, std::span<std::byte> in,
                Patience patience) override {
    std::array<MPI_Request, 2> requests = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
    if (!in.empty())
      check(MPI_Irecv(in.data(), count(in.size()), MPI_BYTE, peer, 0, MPI_COMM_WORLD,
                      requests.data()),
            peer);
    if (!out.empty())
      check(
          MPI_Isend(out.data(), count(out.size()), MPI_BYTE, peer, 0, MPI_COMM_WORLD, &requests[1]),
          peer);
    wait(requests, peer, patience);
  }

  void end_all(int exit_code) override {
    // MPI waits for its own processes, which a cut network may separate from this one.
    std::thread([exit_code] {
      std::this_thread::sleep_for(std::chrono::seconds(5));
      std::_Exit(exit_code);
    }).detach();
    MPI_Abort(MPI_COMM_WORLD, exit_code);
  }

 private:
  static int count(std::size_t bytes) {
    if (bytes > INT_MAX) throw RankLost("more than 2 GiB in one message");
    return static_cast<int>(bytes);
  }

  static void check(int result, int peer) {
    if (result != MPI_SUCCESS)
      throw RankLost("the connection to rank " + std::to_string(peer) + " is lost");
  }

  /// MPI's own waiting has no time limit, and keeps a core busy that other threads can use.
  void wait(std::array<MPI_Request, 2>& requests, int peer, Patience patience) const {
    const auto limit = patience == Patience::limited ? patience_ : kNoLimit;
    const bool in_time = wait_until(limit, [&] {
      int done = 0;
      check(MPI_Testall(2, requests.data(), &done, MPI_STATUSES_IGNORE), peer);
      return done != 0;
    });
    if (!in_time)
      throw RankLost("rank " + std::to_string(peer) + " has not answered for " +
                     std::to_string(patience_.count()) + " s");
  }

  std::chrono::seconds patience_;
  int rank_ = 0;
  int size_ = 1;
};

#endif

}  // namespace

int ranks_on_this_machine() {
  for (const auto* variable : {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"})
    if (const int ranks = environment_number(variable); ranks > 0) return ranks;
  return 1;
}

int rank_on_this_machine() {
  if (started_ranks() <= 1) return 0;
  for (const auto* variable : {"OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID"})
    if (std::getenv(variable) != nullptr) return environment_number(variable);
  return 0;
}

std::unique_ptr<RankGroup> mpi_group([[maybe_unused]] std::chrono::seconds patience) {
  const int started = started_ranks();
  if (started <= 1) return nullptr;
#if RESLAB_HAS_MPI
  return std::make_unique<MpiGroup>(patience);
#else
  throw InvalidInput("started as one of " + std::to_string(started) +
                     " ranks, but this reslab was built without MPI; install Open MPI or MPICH and "
                     "build it again, or start the processes alone");
#endif
}

}  // namespace reslab::app
