#include "app/runs/saved_state.h"

#include <filesystem>

#include <fmt/format.h>

#include "app/runs/csv.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"

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

void require_records(const RunDirectory& run, std::int64_t iteration, std::int64_t record_every) {
  const auto file = run.metrics();
  std::int64_t last = 0;
  if (std::filesystem::exists(file)) {
    const auto records = parse_csv<Record>(text_until(read_text(file), file, iteration), file);
    if (!records.empty()) last = records.back().iteration;
  }
  if (last >= iteration - iteration % record_every) return;
  throw InvalidInput(fmt::format(
      "{}: rows are missing: its last row is of iteration {}, the checkpoint of iteration {}; "
      "restore the file, or remove {} to train the run again",
      file.string(), last, iteration, run.path().string()));
}

}  // namespace reslab::app
