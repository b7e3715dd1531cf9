#pragma once

#include <filesystem>
#include <string>

namespace reslab::app {

/// The right to write a directory, held by at most one process at a time.
///
/// The lock is a lock of the file system (fcntl) on the file `lock` in the directory. It works on
/// local disks and on NFS, also between machines, unless NFS is mounted with `nolock`. The system
/// releases the lock of a process that ends, however it ends. NFS 4 releases the locks of a machine
/// that dies or is cut off after its lease, which is 90 seconds by default. A process on a machine
/// that was cut off for longer has lost its lock when the machine is back, so it asks still_held()
/// before it writes.
class DirectoryLock {
 public:
  enum class IfTaken { give_up, wait };

  /// Locks the directory, which must exist. With `give_up`, held() is false if another process has
  /// locked it. Throws IoError if the file system has no locks or does not allow the file.
  explicit DirectoryLock(const std::filesystem::path& directory,
                         IfTaken if_taken = IfTaken::give_up);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  /// Whether the constructor has locked the directory.
  bool held() const { return held_; }
  /// Whether this process has the lock still: no other process has taken it since.
  bool still_held() const;
  /// The process that has the lock instead, or that died with it: "process 4711 on host H". Empty
  /// if there is none.
  const std::string& other() const { return other_; }

  /// Whether the directory has the file of a lock, also that of a process which died.
  static bool exists(const std::filesystem::path& directory);
  /// The process that has the lock of the directory now, or "". Changes nothing.
  static std::string holder(const std::filesystem::path& directory);

 private:
  bool lock(IfTaken if_taken);

  std::filesystem::path path_;  // of the lock file
  int descriptor_ = -1;
  bool held_ = false;
  std::string other_;
};

}  // namespace reslab::app
