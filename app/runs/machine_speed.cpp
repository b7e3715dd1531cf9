#include "app/runs/machine_speed.h"

#include <cmath>
#include <cstdlib>
#include <exception>
#include <utility>

#include "app/config/json.h"
#include "reslab/base/file.h"
#include "reslab/base/median.h"

namespace reslab::app {
namespace {

constexpr std::size_t kMostEntries = 200;
constexpr std::size_t kLargestSpeedsFile = 1 << 20;  // bytes
// Limits of plausible speeds, in multiply-adds per second.
constexpr double kLeastSpeed = 1e4;
constexpr double kGreatestSpeed = 1e18;

bool is_possible(double speed) { return speed >= kLeastSpeed && speed <= kGreatestSpeed; }

bool is_possible(const MachineSpeed& speed) {
  return !speed.network.empty() && speed.macs > 0 && is_possible(speed.training) &&
         is_possible(speed.evaluation);
}

Json speed_json(const SpeedConditions& conditions, const MachineSpeed& speed) {
  return {{"processor", conditions.processor},
          {"threads", conditions.threads},
          {"precision", conditions.precision},
          {"kernels", conditions.kernels},
          {"program", conditions.program},
          {"network", speed.network},
          {"macs", speed.macs},
          {"training", speed.training},
          {"evaluation", speed.evaluation}};
}

std::filesystem::path folder_named_by(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

SpeedConditions speed_conditions(const Environment& environment, int threads, Precision precision,
                                 Kernels kernels) {
  auto program = environment.version + ", LibTorch " + environment.torch;
  // The CPU determines LibTorch's instruction set, unless this variable does.
  if (const char* instructions = std::getenv("ATEN_CPU_CAPABILITY"))
    program += std::string(", ") + instructions;
  return {environment.processor, threads, precision == Precision::bfloat16 ? "bfloat16" : "float32",
          kernels == Kernels::fused ? "fused" : "aten", std::move(program)};
}

std::optional<TrainingPace> pace_of(const std::vector<Timing>& timings) {
  constexpr double kLeastSeconds = 1;
  constexpr std::size_t kFewestTimings = 3;
  if (timings.size() < kFewestTimings ||
      timings.back().seconds - timings.front().seconds < kLeastSeconds)
    return {};
  std::vector<double> images_per_second, evaluations;
  for (auto timing = timings.begin() + 1; timing != timings.end(); ++timing) {
    if (timing->images_per_second > 0) images_per_second.push_back(timing->images_per_second);
    if (timing->evaluation > 0) evaluations.push_back(timing->evaluation);
  }
  if (images_per_second.empty() || evaluations.empty()) return {};
  return TrainingPace{median(images_per_second), median(evaluations)};
}

std::filesystem::path MachineSpeeds::usual_file() {
  auto folder = folder_named_by("XDG_CACHE_HOME");
  // The XDG Base Directory Specification says to ignore a relative path.
  if (!folder.is_absolute()) {
    const auto home = folder_named_by("HOME");
    if (!home.is_absolute()) return {};
    folder = home / ".cache";
  }
  return folder / "reslab" / "speeds.json";
}

MachineSpeeds::MachineSpeeds(std::filesystem::path file)
    : file_(std::move(file)), entries_(read(file_)) {}

std::vector<MachineSpeeds::Entry> MachineSpeeds::read(const std::filesystem::path& file) {
  std::vector<Entry> entries;
  try {
    if (!std::filesystem::is_regular_file(file)) return {};
    const auto json = parse_json(read_text(file, kLargestSpeedsFile), file.string());
    for (const auto& item : json.at("speeds")) {
      Entry entry{
          {item.at("processor").get<std::string>(),
           static_cast<int>(item.at("threads").get_ref<const std::int64_t&>()),
           item.at("precision").get<std::string>(), item.at("kernels").get<std::string>(),
           item.at("program").get<std::string>()},
          {item.at("network").get<std::string>(), item.at("macs").get_ref<const std::int64_t&>(),
           item.at("training").get<double>(), item.at("evaluation").get<double>()}};
      if (is_possible(entry.speed)) entries.push_back(std::move(entry));
    }
    return entries;
  } catch (const std::exception&) {
    return {};  // entries before the damage may be damaged, too
  }
}

std::optional<MachineSpeed> MachineSpeeds::find(const SpeedConditions& conditions,
                                                const std::string& network,
                                                std::int64_t macs) const {
  const auto distance = [macs](const MachineSpeed& speed) {
    return std::abs(std::log(static_cast<double>(speed.macs) / static_cast<double>(macs)));
  };
  const MachineSpeed* best = nullptr;
  for (const auto& entry : entries_) {
    if (entry.conditions != conditions) continue;
    if (entry.speed.network == network && entry.speed.macs == macs) return entry.speed;
    if (best == nullptr || distance(entry.speed) < distance(*best)) best = &entry.speed;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

bool MachineSpeeds::remember(const SpeedConditions& conditions, const MachineSpeed& speed) {
  if (file_.empty() || !is_possible(speed)) return false;
  try {
    entries_ = read(file_);  // another process may have written the file
    std::erase_if(entries_, [&](const Entry& entry) {
      return entry.conditions == conditions && entry.speed.network == speed.network &&
             entry.speed.macs == speed.macs;
    });
    entries_.push_back({conditions, speed});
    if (entries_.size() > kMostEntries) entries_.erase(entries_.begin());
    Json speeds = Json::array();
    for (const auto& entry : entries_) speeds.push_back(speed_json(entry.conditions, entry.speed));
    make_directories(file_.parent_path());
    write_text(file_, indented({{"speeds", std::move(speeds)}}) + "\n");
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace reslab::app
