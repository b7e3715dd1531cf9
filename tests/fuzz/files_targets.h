#pragma once

#include <filesystem>

#include "fuzz/expect.h"

// Targets that read what stands in several files. Their inputs hold the files one after another.

namespace reslab {

/// An experiment file.
void read_experiment(Bytes bytes, const std::filesystem::path& folder);

/// An experiment file, the file that it extends as `base.json`, and the arguments of --set, one a
/// line. A line "----" separates them.
void read_extending_experiment(Bytes bytes, const std::filesystem::path& folder);

/// A CSV file of a run.
void read_csv(Bytes bytes, const std::filesystem::path& folder);

/// The files of a run's directory that a report reads, and its experiment's claims, in the order of
/// the list in results_targets.cpp. A line "----" separates them.
void read_results(Bytes bytes, const std::filesystem::path& folder);

/// The cache of measured speeds.
void read_speeds(Bytes bytes, const std::filesystem::path& folder);

/// A tar file. The checksums of its headers are set right first.
void read_archive(Bytes bytes, const std::filesystem::path& folder);

}  // namespace reslab
