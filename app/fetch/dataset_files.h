#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/fetch/download.h"

namespace reslab::app {

/// A data set that can be downloaded.
struct RemoteDataSet {
  std::string name;    // as in an experiment's "data"
  std::string url;     // of the archive, which its authors offer
  std::string md5;     // of the archive, as its authors give it
  std::string folder;  // the archive's top folder
  std::int64_t bytes;  // of all files in the archive
  /// Errors in the unpacked folder, one line each.
  std::function<std::vector<std::string>(const std::string& folder)> errors;
};

const std::vector<RemoteDataSet>& remote_data_sets();

/// Returns the MD5 of a file in hexadecimal digits. Throws InvalidInput or IoError.
std::string md5_of(const std::filesystem::path& file);

/// Makes `directory`/folder with the data set's files, all or none, from the archive at `source`: a
/// URL, a file, or the data set's own URL if empty. A downloaded archive is removed afterwards.
/// Throws IoError if the download fails, and InvalidInput if the archive is not the expected one.
void fetch(const RemoteDataSet& data_set, const std::filesystem::path& directory,
           const std::string& source, const DownloadProgress& progress = {});

}  // namespace reslab::app
