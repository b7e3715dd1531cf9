#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace reslab::torture {

/// A call of an operating system's function that changes a file or directory, or that makes the
/// changes durable.
struct FileOperation {
  enum class Kind : std::uint8_t {
    open,
    close,
    write,
    truncate,
    sync,
    rename,
    unlink,
    mkdir,
    rmdir
  };

  Kind kind = Kind::open;
  bool creates = false;     // open: with O_CREAT
  bool truncates = false;   // open: with O_TRUNC
  int descriptor = -1;      // open, close, write, truncate, sync
  std::int64_t offset = 0;  // write; truncate: the new size
  std::string path;         // relative to the root; open, rename, unlink, mkdir, rmdir
  std::string text;         // write: the bytes; rename: the new path
};

/// Records the operations of this process below the directory `root`, which is its working
/// directory, into the file `log`. A process records once; its operations before are not recorded.
void record_operations(const std::filesystem::path& root, const std::filesystem::path& log);

/// Reads a file that `record_operations` wrote. Operations that failed are not in it.
std::vector<FileOperation> read_operations(const std::filesystem::path& log);

/// A failure of file operations of this process below its working directory.
struct Fault {
  std::int64_t at = 0;  // the first operation that fails, counted from 0; closing does not count
  int error = 0;        // errno; 0: a write is short, other operations do not fail
  bool stays = false;   // operations after `at` that take disk space fail, too
};

/// Makes operations below `root` fail from now on.
void inject(const std::filesystem::path& root, const Fault& fault);

/// The number of operations below the root since `record_operations` or `inject`.
std::int64_t operation_count();

}  // namespace reslab::torture
