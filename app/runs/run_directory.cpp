#include "app/runs/run_directory.h"

#include <algorithm>
#include <cctype>

#include "reslab/base/file.h"

namespace reslab::app {

RunDirectory::RunDirectory(const std::filesystem::path& experiment, const std::string& network,
                           std::int64_t seed)
    : path_(experiment / folder_name(network) / ("seed-" + std::to_string(seed))) {}

std::optional<Json> RunDirectory::read() const {
  const auto file = path_ / "run.json";
  if (!std::filesystem::exists(file)) return std::nullopt;
  return read_json(file.string());
}

void RunDirectory::write(const Json& run) const {
  write_text(path_ / "run.json", run.dump(2) + "\n");
}

void RunDirectory::make() const { make_directories(checkpoint().parent_path()); }

void RunDirectory::drop_checkpoint() const {
  std::error_code ignored;  // a checkpoint that stays does no harm
  std::filesystem::remove_all(checkpoint().parent_path(), ignored);
}

std::string folder_name(const std::string& network) {
  auto name = network;
  const auto is_allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == ',' || c == '=' || c == '.';
  };
  std::ranges::replace_if(
      name, [&](char c) { return !is_allowed(static_cast<unsigned char>(c)); }, ',');
  return name;
}

}  // namespace reslab::app
