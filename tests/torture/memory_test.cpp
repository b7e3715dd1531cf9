// Lets each of the first thousand allocations of every reader fail.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/command/run_main.h"
#include "fuzz/targets.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"

namespace {

constexpr std::int64_t kNever = -1;

thread_local std::int64_t allocations_left = kNever;

/// Returns whether this allocation is the one that fails. The later ones succeed.
bool fails() {
  if (allocations_left == kNever) return false;
  --allocations_left;
  return allocations_left == kNever;
}

void* allocate(std::size_t size) {
  if (fails()) throw std::bad_alloc();
  if (void* const memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
// Not counted: std::stable_sort, for example, does without its buffer.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return std::malloc(size > 0 ? size : 1);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace reslab {
namespace {

class Memory : public testing::TestWithParam<FuzzTarget> {};

/// The memory that the processes of the test share.
struct Shared {
  std::int64_t point = 0;  // the allocation that fails
  char error[200] = "";
};

constexpr int kDone = 0;
constexpr int kWrong = 3;

/// Reads the bytes again and again; each time the next allocation fails. The process ends with
/// app::kFailed if no exception can pass at a point.
[[noreturn]] void fail_each(const FuzzTarget& reader, const std::vector<std::byte>& bytes,
                            Shared& shared) {
  constexpr std::int64_t kPoints = 1000;
  std::set_terminate(app::end_without_memory);
  for (; shared.point < kPoints; ++shared.point) {
    std::string text;
    allocations_left = shared.point;
    try {
      reader.read(bytes);
    } catch (const std::exception& error) {
      text = joined(lines_of(error), "; ", std::identity());
    }
    const bool reached = allocations_left == kNever;
    allocations_left = kNever;
    if (!reached) break;
    if (text == "not enough memory") continue;
    std::snprintf(shared.error, sizeof shared.error, "%s", text.c_str());
    _exit(kWrong);
  }
  _exit(kDone);
}

TEST_P(Memory, AReaderThatGetsNoneSaysSoAtEachAllocation) {
  auto* const shared =
      new (mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
          Shared;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(RESLAB_CORPUS) / GetParam().name)) {
    const auto bytes = read_file(entry.path());
    *shared = {};
    for (int code = app::kFailed; code == app::kFailed;) {
      const auto child = fork();
      if (child == 0) fail_each(GetParam(), bytes, *shared);
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
      ASSERT_TRUE(code == kDone || code == app::kFailed)
          << "exit code " << code << ", allocation " << shared->point << " of " << entry.path()
          << ": " << shared->error;
      if (code == app::kFailed) ++shared->point;
    }
  }
}

/// All readers but that of experiments: nlohmann::json has undefined behaviour if memory for an
/// object or a list runs out.
std::vector<FuzzTarget> readers() {
  auto all = fuzz_targets();
  std::erase_if(all, [](const FuzzTarget& target) { return target.name == "experiment"; });
  return all;
}

INSTANTIATE_TEST_SUITE_P(Readers, Memory, testing::ValuesIn(readers()),
                         [](const auto& target) { return target.param.name; });

}  // namespace
}  // namespace reslab
