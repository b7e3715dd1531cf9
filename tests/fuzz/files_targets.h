#pragma once

#include <filesystem>

#include "fuzz/expect.h"

// The targets in experiment_targets.cpp, results_targets.cpp and archive_target.cpp. Each comment
// says what `bytes` holds. A target may write into `folder`.

namespace reslab {

/// An experiment file.
void read_experiment(Bytes bytes, const std::filesystem::path& folder);

/// An experiment file, the file `base.json` that it extends, and the arguments of --set, one per
/// line. A line "----" separates the three.
void read_extending_experiment(Bytes bytes, const std::filesystem::path& folder);

/// A CSV file of a run.
void read_csv(Bytes bytes, const std::filesystem::path& folder);

/// The files of a run's directory that a report reads, and its experiment's claims, in the order of
/// the list in results_targets.cpp. A line "----" stands between two files.
void read_results(Bytes bytes, const std::filesystem::path& folder);

/// The cache of measured speeds.
void read_speeds(Bytes bytes, const std::filesystem::path& folder);

/// A tar file. The target corrects the checksums of its headers first.
void read_archive(Bytes bytes, const std::filesystem::path& folder);

}  // namespace reslab
