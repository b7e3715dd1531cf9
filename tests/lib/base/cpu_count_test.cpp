#include "reslab/base/cpu_count.h"

#include <cstdlib>

#include <gtest/gtest.h>
#include <sched.h>

#include "folder.h"

namespace reslab {
namespace {

TEST(CpuCount, ReadsTheSmallestQuotaOfAllLevels) {
  const Folder folder;
  const auto groups = folder.write("cgroup", "0::/pods/one\n");
  folder.write("root/cpu.max", "max 100000\n");
  EXPECT_FALSE(cpu_quota(groups, folder / "root"));
  folder.write("root/pods/cpu.max", "250000 100000\n");
  folder.write("root/pods/one/cpu.max", "800000 100000\n");
  EXPECT_EQ(cpu_quota(groups, folder / "root"), 2.5);
}

TEST(CpuCount, ReadsTheQuotaAtTheRootOfAContainer) {
  const Folder folder;
  const auto groups = folder.write("cgroup", "0::/a/path/of/the/host\n");
  folder.write("root/cpu.max", "100000 50000\n");
  EXPECT_EQ(cpu_quota(groups, folder / "root"), 2);
}

TEST(CpuCount, ReadsTheQuotaOfVersion1) {
  const Folder folder;
  const auto groups = folder.write("cgroup", "5:cpu,cpuacct:/pod\n3:cpuset:/\n0::/\n");
  folder.write("root/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  folder.write("root/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_FALSE(cpu_quota(groups, folder / "root"));
  folder.write("root/cpu,cpuacct/pod/cpu.cfs_quota_us", "150000\n");
  folder.write("root/cpu,cpuacct/pod/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpu_quota(groups, folder / "root"), 1.5);
}

TEST(CpuCount, HasNoQuotaWithoutControlGroups) {
  const Folder folder;
  EXPECT_FALSE(cpu_quota(folder / "absent", folder.path()));
}

TEST(CpuCount, KeepsToTheAffinityMask) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(usable_cpus(), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof(before), &before), 0);
}

TEST(CpuCount, KeepsToTheCpusOfASlurmTask) {
  const int cpus = usable_cpus();
  setenv("SLURM_CPUS_PER_TASK", "1", 1);
  EXPECT_EQ(usable_cpus(), 1);
  for (const auto* text : {"100000", "0", "many", ""}) {
    setenv("SLURM_CPUS_PER_TASK", text, 1);
    EXPECT_EQ(usable_cpus(), cpus) << text;
  }
  unsetenv("SLURM_CPUS_PER_TASK");
}

}  // namespace
}  // namespace reslab
