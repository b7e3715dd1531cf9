#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "reslab/base/file.h"

namespace reslab::app {

/// A setting of a run, as TensorBoard's HPARAMS page shows it.
using HyperParameter = std::pair<std::string, std::variant<bool, double, std::string>>;

/// How a run ended, as TensorBoard's HPARAMS page shows it.
enum class SessionStatus { success = 1, failure = 2, running = 3 };

/// An event file as TensorBoard reads it: Event messages (tensorflow/core/util/event.proto) as
/// TFRecords. Every function appends one event, with the present time, and throws IoError.
class EventFile {
 public:
  using Step = std::int64_t;

  /// Makes a new file in the directory, with a name as TensorBoard expects it.
  explicit EventFile(const std::filesystem::path& directory);

  /// Tells readers to drop all values with this step or a later one, also those in earlier files of
  /// the directory.
  void purge(Step first);

  void scalars(Step step, const std::vector<std::pair<std::string, double>>& values);
  /// `png`: the bytes of a PNG file of height × width pixels with three channels.
  void image(Step step, const std::string& tag, int height, int width,
             const std::vector<std::byte>& png);

  void session_start(const std::vector<HyperParameter>& settings);
  void session_end(SessionStatus status);

  /// Returns when all events are on the disk.
  void sync() { file_.sync(); }

  /// The event files in the directory, in the order in which readers take them.
  static std::vector<std::filesystem::path> files_in(const std::filesystem::path& directory);

 private:
  void append(const std::string& event);

  GrowingFile file_;
};

}  // namespace reslab::app
