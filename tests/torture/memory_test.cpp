// Lets each of the first thousand allocations of every reader fail.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/command/run_main.h"
#include "folder.h"
#include "fuzz/targets.h"
#include "reslab/base/file.h"

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
  if (!fails())
    if (void* const memory = std::malloc(size > 0 ? size : 1)) return memory;
  if (const auto handler = std::get_new_handler()) handler();
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocate(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace reslab {
namespace {

class Memory : public testing::TestWithParam<FuzzTarget> {};

constexpr int kPoints = 1000;

/// Reads the bytes as the program does, while allocation number `point` of this process fails, and
/// ends the process. `errors`: the descriptor that becomes stderr. The exit code is app::kDone if
/// the reader makes fewer allocations.
[[noreturn]] void read_and_fail(const FuzzTarget& reader, const std::vector<std::byte>& bytes,
                                std::int64_t point, const Folder& folder, int errors) {
  dup2(errors, STDERR_FILENO);
  char* arguments[] = {nullptr};
  _exit(app::run_main(1, arguments, [&](auto) {
    allocations_left = point;
    reader.read(bytes, folder.path());
    allocations_left = kNever;
    return app::kDone;
  }));
}

TEST_P(Memory, EveryFailedAllocationOfAReaderIsReported) {
  const Folder folder, output_folder;
  const auto output = output_folder / "errors";
  const int errors = open(output.c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(RESLAB_CORPUS) / GetParam().name)) {
    const auto bytes = read_file(entry.path());
    for (int point = 0; point < kPoints; ++point) {
      SCOPED_TRACE("allocation " + std::to_string(point) + " of " + entry.path().string());
      const auto child = fork();
      if (child == 0) read_and_fail(GetParam(), bytes, point, folder, errors);
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
      if (WEXITSTATUS(status) == app::kDone) break;
      ASSERT_EQ(WEXITSTATUS(status), app::kFailed);
      ASSERT_EQ(read_text(output), "reslab: not enough memory\n");
      ASSERT_EQ(ftruncate(errors, 0), 0);
    }
  }
  close(errors);
}

INSTANTIATE_TEST_SUITE_P(Readers, Memory, testing::ValuesIn(fuzz_targets()),
                         [](const auto& target) { return target.param.name; });

}  // namespace
}  // namespace reslab
