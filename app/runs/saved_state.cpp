#include "app/runs/saved_state.h"

#include <filesystem>
#include <iterator>

#include <fmt/format.h>

#include "app/runs/csv.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"
#include "reslab/interchange/tensors.h"

namespace reslab::app {

std::optional<Checkpoint> usable_checkpoint(const RunDirectory& run,
                                            const std::function<void(const std::string&)>& say) {
  const auto newest = run.checkpoint();
  for (const auto& file : {newest, previous_checkpoint(newest)}) {
    if (!std::filesystem::exists(file)) continue;
    auto checkpoint = read_checkpoint(file);
    if (checkpoint.error.empty()) return checkpoint;
    say(checkpoint.error + "; the run goes back to the state before it");
    // A damaged file must not become the previous checkpoint.
    remove_file(file);
  }
  return {};
}

std::string restore_or_remove(const RunDirectory& run) {
  return "restore the file, or remove " + run.path().string() + " to train the run again";
}

void require_of_finished(const RunDirectory& run, const std::filesystem::path& file) {
  if (!has_entry(file))
    throw InvalidInput(file.string() + ": no such file, but the run has finished; " +
                       restore_or_remove(run));
}

void require_best_weights(const RunDirectory& run) {
  try {
    load_tensors(run.best_weights());
  } catch (const InvalidInput& error) {
    throw InvalidInput(error.lines().front() + "; " + restore_or_remove(run));
  }
}

void require_records(const RunDirectory& run, const Recipe& recipe, std::int64_t iteration) {
  const auto file = run.metrics();
  const auto expected = records_until(recipe, iteration);
  const bool exists = std::filesystem::exists(file);
  std::int64_t found = 0;
  if (exists)
    found = std::ssize(parse_csv<Record>(text_until(read_text(file), file, iteration), file));
  if (found == expected) return;
  throw InvalidInput(
      fmt::format("{}: {}, expected the {} up to iteration {}, where the checkpoint continues; {}",
                  file.string(), exists ? "has " + counted(found, "row") : "no such file",
                  counted(expected, "row"), iteration, restore_or_remove(run)));
}

}  // namespace reslab::app
