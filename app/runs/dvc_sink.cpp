#include "app/runs/dvc_sink.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "app/runs/csv.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

struct Split {
  const char* name;
  std::optional<Score> (*score)(const Record&);
};

constexpr Split kSplits[] = {
    {"train", [](const Record& row) { return std::optional(row.train); }},
    {"validation", [](const Record& row) { return row.validation; }},
    {"test", [](const Record& row) { return row.test; }},
};

/// The splits with measured values.
std::vector<Split> splits_of(const std::vector<Record>& records) {
  std::vector<Split> splits;
  for (const auto& split : kSplits)
    if (std::ranges::any_of(records, [&](const auto& row) { return split.score(row).has_value(); }))
      splits.push_back(split);
  return splits;
}

std::string curves(const std::vector<Record>& records, const Split& split) {
  std::string text = "step,loss,error\n";
  for (const auto& row : records)
    if (const auto score = split.score(row))
      text += fmt::format("{},{},{}\n", row.iteration, score->loss, score->error);
  return text;
}

/// The last measured values. No key is named "error": DVC would take it for a failure to read.
Json results(const std::vector<Record>& records, const std::vector<Split>& splits) {
  Json json = {{"step", records.back().iteration}, {"epoch", records.back().epoch}};
  for (const auto& split : splits)
    for (const auto& row : records)
      if (const auto score = split.score(row)) {
        json[std::string(split.name) + "_loss"] = score->loss;
        json[std::string(split.name) + "_error"] = score->error;
      }
  return json;
}

std::string plot(const char* title, const char* column, const std::vector<Split>& splits) {
  std::string text = fmt::format("- {}:\n    x: step\n    y:\n", title);
  for (const auto& split : splits) text += fmt::format("      {}.csv: {}\n", split.name, column);
  return text;
}

}  // namespace

bool in_dvc_repository(const std::filesystem::path& directory) {
  std::error_code ignored;  // a folder that cannot be read is no repository
  for (auto folder = std::filesystem::absolute(directory);; folder = folder.parent_path()) {
    if (std::filesystem::is_directory(folder / ".dvc", ignored)) return true;
    if (folder == folder.parent_path()) return false;
  }
}

DvcSink::DvcSink(const RunDirectory& directory, const Json& run)
    : metrics_(directory.metrics()), folder_(directory.path() / "dvc"), settings_(run["identity"]) {
  settings_["seed"] = run["seed"];
}

void DvcSink::forget_after(std::int64_t iteration) {
  remove_directory(folder_);
  make_directories(folder_);
  write_text(folder_ / "params.json", indented(settings_) + "\n");
  if (iteration == 0 || !std::filesystem::exists(metrics_)) return;
  records_ = read_csv<Record>(metrics_);
  std::erase_if(records_, [&](const Record& row) { return row.iteration > iteration; });
  if (!records_.empty()) write();
}

void DvcSink::record(const Record& row) {
  records_.push_back(row);
  write();
}

void DvcSink::write() const {
  const auto splits = splits_of(records_);
  for (const auto& split : splits)
    write_text(folder_ / (std::string(split.name) + ".csv"), curves(records_, split));
  write_text(folder_ / "metrics.json", indented(results(records_, splits)) + "\n");
  write_text(folder_ / "dvc.yaml", "params:\n- params.json\nmetrics:\n- metrics.json\nplots:\n" +
                                       plot("errors", "error", splits) +
                                       plot("losses", "loss", splits));
}

}  // namespace reslab::app
