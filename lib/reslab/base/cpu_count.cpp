#include "reslab/base/cpu_count.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <sched.h>

#include "reslab/base/environment_number.h"

namespace reslab {
namespace {

const std::filesystem::path kGroups = "/proc/self/cgroup";
const std::filesystem::path kGroupRoot = "/sys/fs/cgroup";

int affinity() {
  cpu_set_t cpus;
  if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0) return CPU_COUNT(&cpus);
  // More CPUs than a cpu_set_t holds.
  return static_cast<int>(std::thread::hardware_concurrency());
}

std::optional<double> number_in(const std::filesystem::path& file) {
  std::ifstream stream(file);
  double number = 0;
  if (stream >> number) return number;
  return {};
}

/// The quota in a directory of control groups, or nothing.
std::optional<double> quota_of(const std::filesystem::path& group) {
  std::ifstream file(group / "cpu.max");  // "max 100000" or "250000 100000"
  double quota = 0;
  double period = 0;
  if (file >> quota >> period && quota > 0 && period > 0) return quota / period;
  const auto old_quota = number_in(group / "cpu.cfs_quota_us");  // -1: none
  const auto old_period = number_in(group / "cpu.cfs_period_us");
  if (old_quota && old_period && *old_quota > 0 && *old_period > 0) return *old_quota / *old_period;
  return {};
}

/// The smaller of two values, of which either may be absent.
std::optional<double> smaller(const std::optional<double>& a, const std::optional<double>& b) {
  return a && b ? std::min(*a, *b) : a ? a : b;
}

/// Calls `visit` with the directory of the group and with those of all groups that contain it. In a
/// container, the path may be that of the host; then only `root` exists.
template <class Visit>
void for_each_level(const std::filesystem::path& root, const std::string& path, Visit visit) {
  auto group = std::filesystem::path(path).relative_path();
  for (;; group = group.parent_path()) {
    visit(root / group);
    if (group.empty()) return;
  }
}

/// Calls `visit` with the path of the process's group in version 2 of control groups, and with the
/// paths of the groups of version 1 that have this controller.
template <class Visit>
void for_each_group(const std::filesystem::path& groups, const std::filesystem::path& root,
                    std::string_view controller, Visit visit) {
  std::ifstream file(groups);
  for (std::string line;
       std::getline(file, line);) {  // "4:cpu,cpuacct:/path", version 2: "0::/path"
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const auto path = line.substr(second + 1);
    if (controllers.empty())
      for_each_level(root, path, visit);
    else if (("," + controllers + ",").find("," + std::string(controller) + ",") !=
             std::string::npos)
      for_each_level(root / controllers, path, visit);
  }
}

}  // namespace

std::optional<double> cpu_quota(const std::filesystem::path& groups,
                                const std::filesystem::path& root) {
  std::optional<double> quota;
  for_each_group(groups, root, "cpu", [&](const std::filesystem::path& group) {
    quota = smaller(quota, quota_of(group));
  });
  return quota;
}

int usable_cpus() {
  int cpus = affinity();
  if (const auto quota = cpu_quota(kGroups, kGroupRoot))
    cpus = std::min(cpus, static_cast<int>(std::ceil(std::min(*quota, 1e6))));
  if (const int slurm = environment_number("SLURM_CPUS_PER_TASK"); slurm > 0)
    cpus = std::min(cpus, slurm);
  return std::max(cpus, 1);
}

std::optional<double> available_memory() {
  std::optional<double> available;
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("MemAvailable:"))
      available = 1024 * std::strtod(line.c_str() + line.find(':') + 1, nullptr);
  for_each_group(kGroups, kGroupRoot, "memory", [&](const std::filesystem::path& group) {
    for (const auto& [limit_file, usage_file] :
         {std::pair("memory.max", "memory.current"),
          std::pair("memory.limit_in_bytes", "memory.usage_in_bytes")}) {
      const auto limit = number_in(group / limit_file);  // "max": none
      const auto used = number_in(group / usage_file);
      if (limit && used) available = smaller(available, std::max(0.0, *limit - *used));
    }
  });
  return available;
}

}  // namespace reslab
