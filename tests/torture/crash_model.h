#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "torture/file_operations.h"

namespace reslab::torture {

/// The content of a file, which trees share.
struct Content {
  std::shared_ptr<const std::string> bytes;
  std::size_t hash = 0;

  explicit Content(std::string text = "")
      : bytes(std::make_shared<const std::string>(std::move(text))),
        hash(std::hash<std::string>()(*bytes)) {}

  bool operator==(const Content& other) const {
    return hash == other.hash && *bytes == *other.bytes;
  }
};

/// All files and directories below a root: path to content. The name of a directory ends in '/'.
using FileTree = std::map<std::string, Content>;

/// A hash of all paths and contents. A temporary file's content, which the program only overwrites,
/// counts as empty or not empty.
std::size_t hash_of(const FileTree& tree);

/// The files that may be on a disk after a power cut, under the rules of POSIX:
/// - The bytes of a file are on the disk once the file is synced. Later writes and truncations are
///   lost, kept, or kept up to any 512-byte sector; a file may have its new size and zeros.
/// - A directory's entries are on the disk once the directory is synced. Each later creation,
///   renaming or removal is lost or kept, independently of the others. A renaming is kept or lost
///   as a whole.
class CrashModel {
 public:
  CrashModel();

  /// Throws std::logic_error if the operation does not fit the files, which means that some
  /// operation was not recorded.
  void apply(const FileOperation& operation);

  /// The files as a program sees them that runs on.
  FileTree running() const;
  /// The files if everything is lost that was not synced.
  FileTree synced() const;

  /// Calls `visit` with each state that a power cut can leave now. Of the boundaries in a file of
  /// many unsynced sectors or writes, some are chosen; of the subsets of more than four unsynced
  /// changes of directories, all first ones, each alone, and all but one.
  void for_each_state(const std::function<void(const FileTree&)>& visit) const;

 private:
  struct DirectoryChange {
    std::string removed;  // name, empty for a creation
    std::string added;    // name, empty for a removal
    std::size_t inode = 0;
  };
  struct Inode {
    bool directory = false;
    std::string content;
    Content synced_content;
    std::vector<FileOperation> unsynced;  // writes and truncations
    std::map<std::string, std::size_t> entries;
    std::map<std::string, std::size_t> synced_entries;
    std::vector<DirectoryChange> unsynced_changes;
  };
  using Entries = std::map<std::string, std::size_t>;
  /// The content or the entries to use in place of those that were synced, by inode.
  struct Choice {
    std::map<std::size_t, Content> contents;
    std::map<std::size_t, Entries> entries;
  };

  static void change(Entries& entries, const DirectoryChange& change);
  std::size_t find(const std::string& path) const;
  Inode& parent_of(const std::string& path);
  void note(const std::string& path, const DirectoryChange& made);
  static std::vector<Content> contents_after_crash(const Inode& file);
  std::vector<std::map<std::size_t, Entries>> directories_after_crash() const;
  FileTree tree(const Choice& choice) const;
  void add(FileTree& tree, const Choice& choice, std::size_t inode, const std::string& path) const;

  std::vector<Inode> inodes_;  // the first is the root
  std::map<int, std::size_t> open_;
};

}  // namespace reslab::torture
