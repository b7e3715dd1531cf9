#pragma once

#include <filesystem>
#include <optional>

namespace reslab {

/// Number of CPUs that this process may use, at least 1: the CPUs of its affinity mask, limited by
/// the CPU quota of its control groups (version 1 or 2; containers and Kubernetes set it) and by
/// SLURM_CPUS_PER_TASK. A quota of 2.5 CPUs counts as 3.
int usable_cpus();

/// The CPU quota of the control groups in CPUs, or nothing if there is none. `groups`: a file such
/// as /proc/self/cgroup. `root`: the directory at which the control groups are mounted.
std::optional<double> cpu_quota(const std::filesystem::path& groups,
                                const std::filesystem::path& root);

/// The memory in bytes that this process may still allocate: the memory that the system has
/// available, limited by its control groups. Nothing if the system does not say.
std::optional<double> available_memory();

}  // namespace reslab
