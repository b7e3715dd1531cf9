#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "torture/children.h"
#include "torture/file_operations.h"
#include "torture/program_run.h"
#include "torture/torture.h"

namespace reslab::torture {
namespace {

struct FaultKind {
  const char* name;
  int error;
  bool stays;
};

constexpr FaultKind kKinds[] = {
    {"ENOSPC", ENOSPC, false}, {"EIO", EIO, false},       {"EDQUOT", EDQUOT, false},
    {"EINTR", EINTR, false},   {"short write", 0, false}, {"ENOSPC that stays", ENOSPC, true},
};

/// The program goes on after these as if nothing had happened.
bool is_harmless(const FaultKind& kind) { return kind.error == EINTR || kind.error == 0; }

/// Returns the error if the messages of a run that failed are not one clear line.
std::string message_error(const std::string& err, const FaultKind& kind) {
  std::istringstream lines(err);
  std::int64_t clear = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto has = [&line](const char* part) { return line.find(part) != line.npos; };
    if (has("filesystem error") || has("terminate called") || has("std::"))
      return "a library's own text: " + line;
    if (has(std::strerror(kind.error)) && has(": ")) ++clear;
  }
  if (clear == 1 || (clear > 1 && kind.stays)) return "";
  return fmt::format("{} lines with '{}'", clear, std::strerror(kind.error));
}

bool finished(const std::map<std::string, std::string>& results, const char* seed) {
  return std::ranges::any_of(results, [seed](const auto& entry) {
    return entry.first.ends_with(std::string(seed) + "/run.json") && entry.second == "finished";
  });
}

/// Returns what is wrong with a run in which the fault occurred.
std::string error_of(const Outcome& outcome, const FaultKind& kind,
                     const std::map<std::string, std::string>& results,
                     const std::map<std::string, std::string>& expected) {
  if (is_harmless(kind) || outcome.code == 0) {
    const auto other = differences(expected, results);
    if (outcome.code == 0 && (other.empty() || !is_harmless(kind))) return "";
    return fmt::format("exit code {}; {}", outcome.code, other);
  }
  if (outcome.code != 1) return fmt::format("exit code {}, expected 1", outcome.code);
  return message_error(outcome.err, kind);
}

}  // namespace

int try_faults(const std::filesystem::path& work, const Sample& sample) {
  const auto whole = work / "whole";
  make_experiment(whole, 2);
  const auto inputs = read_tree(whole);
  const auto first = wait_for(start_run(whole, [&whole] { inject(whole, {-1, 0, false}); }), whole);
  if (first.code != 0) throw std::runtime_error("the undisturbed run failed: " + first.err);
  const auto expected = results_of(read_tree(whole));

  Tally tally;
  Children children(work);
  std::int64_t number = 0;
  std::int64_t unnoticed = 0;  // the program ended well
  std::int64_t alone = 0;      // no run finished beside the failed one
  for (const auto& kind : kKinds)
    for (std::int64_t at = 0; at < first.operations; ++at) {
      if (number++ % sample.every != 0) continue;
      const auto what = fmt::format("{} at operation {}", kind.name, at);
      children.start(
          [&](const std::filesystem::path& directory) {
            write_tree(inputs, directory);
            return start_run(directory, [&] { inject(directory, {at, kind.error, kind.stays}); });
          },
          [&, at, what](const std::filesystem::path& directory, const Outcome& outcome) {
            ++tally.tried;
            const auto results = results_of(read_tree(directory));
            auto error = error_of(outcome, kind, results, expected);
            if (outcome.code == 0) ++unnoticed;
            if (outcome.code == 1 && !kind.stays && !finished(results, "seed-1") &&
                !finished(results, "seed-2")) {
              ++alone;
              if (outcome.err.find("/seed-") != outcome.err.npos) error += "; no other run went on";
            }
            const auto second = wait_for(start_run(directory), directory);
            const auto other = differences(expected, results_of(read_tree(directory)));
            if (second.code != 0 || !other.empty())
              error +=
                  fmt::format("; afterwards exit code {}; {}; {}", second.code, other, second.err);
            if (!error.empty()) tally.fail(what + ": " + error + "\n" + outcome.err);
          });
    }
  children.finish();
  fmt::print(
      "{} operations, {} faults: after {} of them the program still ended well, {} stopped "
      "it before the runs, {} lost something\n",
      first.operations, tally.tried, unnoticed, alone, tally.failed);
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace reslab::torture
