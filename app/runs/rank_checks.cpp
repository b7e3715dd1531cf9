#include "app/runs/rank_checks.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "reslab/base/error.h"
#include "reslab/ranks/collectives.h"

namespace reslab::app {
namespace {

using Lines = std::vector<std::string>;

/// The errors of all ranks. An error that rank 0 has is not repeated for the others.
Lines errors_of_ranks(const std::vector<std::string>& texts) {
  auto errors = Json::parse(texts.front()).get<Lines>();
  const auto first = errors;
  for (std::size_t rank = 1; rank < texts.size(); ++rank)
    for (const auto& line : Json::parse(texts[rank]).get<Lines>())
      if (std::ranges::find(first, line) == first.end())
        errors.push_back(fmt::format("rank {}: {}", rank, line));
  return errors;
}

/// The first difference between the facts of rank 0 and those of another rank, or "".
std::string difference(const Json& expected, const Json& found) {
  const auto value = [](const Json& facts, const std::string& name) {
    return facts.contains(name) ? compact(facts[name]) : "absent";
  };
  for (const auto& facts : {expected, found})
    for (const auto& [name, _] : facts.items())
      if (value(expected, name) != value(found, name))
        return fmt::format("has another {} than rank 0: {}, expected {}", name, value(found, name),
                           value(expected, name));
  return "";
}

/// Returns what `combine` makes of the ranks' texts, on every rank.
Lines combined(RankGroup& group, const std::string& text,
               const std::function<Lines(const std::vector<std::string>&)>& combine) {
  const auto texts = gather_texts(group, text);
  const auto lines = group.rank() == 0 ? compact(Json(combine(texts))) : "";
  return Json::parse(broadcast_text(group, lines)).get<Lines>();
}

std::FILE* own_stderr = stderr;  // of this rank; silence_other_ranks() keeps it open

}  // namespace

void check_together(RankGroup* group, const std::function<void()>& check) {
  if (size_of(group) == 1) {
    check();
    return;
  }
  Lines own;
  try {
    check();
  } catch (const InvalidInput& error) {
    own = lines_of(error);
  }
  if (const auto lines = combined(*group, compact(Json(own)), errors_of_ranks); !lines.empty())
    throw InvalidInput(lines);
}

void require_equal(RankGroup& group, const Json& facts) {
  const auto differences = [flat = facts.flatten()](const std::vector<std::string>& texts) {
    Lines lines;
    for (std::size_t rank = 1; rank < texts.size(); ++rank)
      if (const auto line = difference(flat, Json::parse(texts[rank]).flatten()); !line.empty())
        lines.push_back(fmt::format("rank {} {}", rank, line));
    return lines;
  };
  if (const auto lines = combined(group, compact(facts), differences); !lines.empty())
    throw InvalidInput(lines);
}

void end_all_after(RankGroup* group, const std::string& where, const std::exception& error) {
  if (size_of(group) == 1) return;
  const auto* const input = dynamic_cast<const InvalidInput*>(&error);
  for (const auto& line : lines_of(error)) {
    auto text = fmt::format("{}: rank {}: {}", where, group->rank(), line);
    if (input == nullptr) text += "; the same command goes on from the last checkpoint";
    std::fputs((text + "\n").c_str(), own_stderr);
  }
  std::fflush(own_stderr);
  group->end_all(input != nullptr ? 2 : 1);
}

void silence_other_ranks(const RankGroup* group) {
  if (rank_of(group) == 0) return;
  own_stderr = fdopen(dup(STDERR_FILENO), "w");
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
}

}  // namespace reslab::app
