#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace reslab::app {

/// Called often during a download. `bytes`: on the disk so far. `total`: of the whole file, 0 if
/// the server does not say.
using DownloadProgress = std::function<void(std::int64_t bytes, std::int64_t total)>;

struct DownloadOptions {
  int attempts = 5;
  std::chrono::milliseconds pause{1000};  // before the second attempt; doubles with each attempt
};

/// Downloads a file (http, https or file) and follows redirections. The bytes are collected in
/// `path` with the ending ".partial", which a later call continues. After a broken connection it
/// continues by itself. Throws IoError with the URL and the reason.
void download(const std::string& url, const std::filesystem::path& path,
              const DownloadProgress& progress = {}, const DownloadOptions& options = {});

}  // namespace reslab::app
