#include <algorithm>
#include <iostream>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "torture/children.h"
#include "torture/crash_model.h"
#include "torture/file_operations.h"
#include "torture/program_run.h"
#include "torture/torture.h"

namespace reslab::torture {
namespace {

bool has_checkpoint(const FileTree& tree) {
  return std::ranges::any_of(tree, [](const auto& entry) {
    return entry.first.ends_with("/checkpoint/state.safetensors") ||
           entry.first.ends_with("/checkpoint/previous-state.safetensors");
  });
}

/// The operations of a whole run in `directory`.
std::vector<FileOperation> recorded(const std::filesystem::path& directory) {
  const auto log = directory.string() + ".operations";
  const auto outcome =
      wait_for(start_run(directory, [&] { record_operations(directory, log); }), directory);
  if (outcome.code != 0) throw std::runtime_error("the recorded run failed: " + outcome.err);
  return read_operations(log);
}

/// The operations that make the files which exist before the run.
void apply_inputs(const FileTree& inputs, CrashModel& model) {
  using Kind = FileOperation::Kind;
  for (const auto& [path, content] : inputs) {
    if (path.ends_with('/')) {
      model.apply({Kind::mkdir, false, false, -1, 0, path.substr(0, path.size() - 1), ""});
      continue;
    }
    model.apply({Kind::open, true, false, 0, 0, path, ""});
    model.apply({Kind::write, false, false, 0, 0, "", *content.bytes});
    model.apply({Kind::sync, false, false, 0, 0, "", ""});
  }
  model.apply({Kind::open, false, false, 0, 0, ".", ""});
  model.apply({Kind::sync, false, false, 0, 0, "", ""});
}

}  // namespace

int try_crash_states(const std::filesystem::path& work, const Sample& sample) {
  const auto whole = work / "whole";
  make_experiment(whole, 1);
  const auto inputs = read_tree(whole);
  const auto operations = recorded(whole);
  const auto end = read_tree(whole);
  const auto expected = results_of(end);

  CrashModel model;
  apply_inputs(inputs, model);
  Tally tally;
  Children children(work);
  std::set<std::size_t> seen;
  std::int64_t reached = 0;
  std::int64_t different = 0;
  std::int64_t again = 0;
  for (std::size_t done = 0; done <= operations.size(); ++done) {
    if (done > 0) model.apply(operations[done - 1]);
    const bool promised = has_checkpoint(model.synced());
    model.for_each_state([&](const FileTree& tree) {
      ++reached;
      if (!seen.insert(hash_of(tree)).second) return;
      if (different++ % sample.every != 0) return;
      const auto what = fmt::format("state {} after {} operations", different - 1, done);
      children.start(
          [&tree](const std::filesystem::path& directory) {
            write_tree(tree, directory);
            return start_run(directory);
          },
          [&, what, promised](const std::filesystem::path& directory, const Outcome& outcome) {
            ++tally.tried;
            const bool starts_again = outcome.err.find("starts again") != outcome.err.npos;
            again += starts_again ? 1 : 0;
            auto error = differences(expected, results_of(read_tree(directory)));
            if (outcome.code != 0) error = fmt::format("exit code {}; {}", outcome.code, error);
            if (starts_again && promised) error = "starts again despite a checkpoint; " + error;
            if (!error.empty()) tally.fail(what + ": " + error + "\n" + outcome.err);
          });
    });
  }
  children.finish();
  if (model.running() != end)
    tally.fail("the recorded operations do not give the files of the run: some were not recorded");
  fmt::print(
      "{} operations, {} crash states, of which {} differ; {} were tried: {} of them began "
      "again, {} lost something\n",
      operations.size(), reached, different, tally.tried, again, tally.failed);
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace reslab::torture
