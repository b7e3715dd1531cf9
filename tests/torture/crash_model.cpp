#include "torture/crash_model.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace reslab::torture {
namespace {

constexpr std::size_t kSector = 512;  // bytes that a disk writes as a whole
constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kMostSubsetsOf = 4;  // changes

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

void change_content(std::string& content, const FileOperation& operation) {
  const auto offset = static_cast<std::size_t>(operation.offset);
  if (operation.kind == FileOperation::Kind::truncate) return content.resize(offset);
  if (content.size() < offset + operation.text.size())
    content.resize(offset + operation.text.size());
  content.replace(offset, operation.text.size(), operation.text);
}

/// The lengths at which a write of bytes `begin` to `end` of a file may be torn: all boundaries of
/// sectors, or the first, the middle and the last one.
std::set<std::size_t> boundaries(std::size_t begin, std::size_t end) {
  constexpr std::size_t kMost = 6;
  std::set<std::size_t> all;
  for (auto at = (begin / kSector + 1) * kSector; at < end; at += kSector) all.insert(at);
  if (all.size() <= kMost) return all;
  const auto middle = *std::next(all.begin(), static_cast<std::ptrdiff_t>(all.size() / 2));
  return {*all.begin(), middle, *all.rbegin()};
}

/// The writes of which a torn one is tried: all, or some if there are many.
bool is_torn(std::size_t index, std::size_t count) {
  constexpr std::size_t kMost = 8;
  return count <= kMost || index < 2 || index == count / 2 || index + 1 == count;
}

}  // namespace

std::size_t hash_of(const FileTree& tree) {
  std::string all;
  for (const auto& [path, content] : tree) {
    const bool temporary = path.ends_with(".partial");
    all += path + '\0' +
           std::to_string(temporary ? std::size_t{content.bytes->empty()} : content.hash) + '\0';
  }
  return std::hash<std::string>()(all);
}

CrashModel::CrashModel() : inodes_(1) { inodes_[0].directory = true; }

void CrashModel::change(Entries& entries, const DirectoryChange& change) {
  if (!change.removed.empty()) {
    // Another file may have the name if an earlier change was lost.
    const auto found = entries.find(change.removed);
    if (found != entries.end() && found->second == change.inode) entries.erase(found);
  }
  if (!change.added.empty()) entries[change.added] = change.inode;
}

std::size_t CrashModel::find(const std::string& path) const {
  if (path == ".") return 0;
  const auto parent = find(folder_of(path));
  if (parent == kNone) return kNone;
  const auto& entries = inodes_[parent].entries;
  const auto found = entries.find(name_of(path));
  return found == entries.end() ? kNone : found->second;
}

CrashModel::Inode& CrashModel::parent_of(const std::string& path) {
  const auto parent = find(folder_of(path));
  if (parent == kNone) throw std::logic_error(path + ": its folder was not made");
  return inodes_[parent];
}

void CrashModel::note(const std::string& path, const DirectoryChange& made) {
  auto& parent = parent_of(path);
  change(parent.entries, made);
  parent.unsynced_changes.push_back(made);
}

void CrashModel::apply(const FileOperation& operation) {
  using Kind = FileOperation::Kind;
  const auto existing = operation.path.empty() ? kNone : find(operation.path);
  const auto need = [&](std::size_t inode) {
    if (inode == kNone) throw std::logic_error(operation.path + ": was not made");
    return inode;
  };
  switch (operation.kind) {
    case Kind::open: {
      auto inode = existing;
      if (inode == kNone && operation.creates) {
        inode = inodes_.size();
        inodes_.emplace_back();
        note(operation.path, {"", name_of(operation.path), inode});
      }
      open_[operation.descriptor] = need(inode);
      auto& file = inodes_[inode];
      if (operation.truncates && !file.content.empty()) {
        file.unsynced.push_back({Kind::truncate, false, false, -1, 0, "", ""});
        file.content.clear();
      }
      return;
    }
    case Kind::close:
      open_.erase(operation.descriptor);
      return;
    case Kind::write:
    case Kind::truncate: {
      auto& file = inodes_[open_.at(operation.descriptor)];
      change_content(file.content, operation);
      file.unsynced.push_back(operation);
      return;
    }
    case Kind::sync: {
      auto& inode = inodes_[open_.at(operation.descriptor)];
      inode.synced_content = Content(inode.content);
      inode.unsynced.clear();
      inode.synced_entries = inode.entries;
      inode.unsynced_changes.clear();
      return;
    }
    case Kind::rename:
      if (folder_of(operation.path) != folder_of(operation.text))
        throw std::logic_error(operation.path + ": is renamed into another folder");
      return note(operation.path,
                  {name_of(operation.path), name_of(operation.text), need(existing)});
    case Kind::unlink:
    case Kind::rmdir:
      return note(operation.path, {name_of(operation.path), "", need(existing)});
    case Kind::mkdir: {
      const auto inode = inodes_.size();
      inodes_.emplace_back().directory = true;
      return note(operation.path, {"", name_of(operation.path), inode});
    }
  }
}

FileTree CrashModel::running() const {
  Choice choice;
  for (std::size_t i = 0; i < inodes_.size(); ++i) {
    choice.contents[i] = Content(inodes_[i].content);
    choice.entries[i] = inodes_[i].entries;
  }
  return tree(choice);
}

FileTree CrashModel::synced() const { return tree({}); }

/// The contents that differ from the synced one.
std::vector<Content> CrashModel::contents_after_crash(const Inode& file) {
  std::set<std::string> contents;
  auto before = *file.synced_content.bytes;
  for (std::size_t index = 0; index < file.unsynced.size(); ++index) {
    const auto& operation = file.unsynced[index];
    auto whole = before;
    change_content(whole, operation);
    if (!is_torn(index, file.unsynced.size())) {
      before = std::move(whole);
      continue;
    }
    if (operation.kind == FileOperation::Kind::write) {
      const auto begin = static_cast<std::size_t>(operation.offset);
      for (const auto end : boundaries(begin, whole.size())) {
        auto torn = before;  // the first sectors are written, the size is too
        auto first = operation;
        first.text.resize(end - begin);
        change_content(torn, first);
        contents.insert(torn);
        torn.resize(whole.size());
        contents.insert(torn);
        auto late = whole;  // the first sectors are not written, the later ones are
        auto old = before;
        old.resize(std::max(old.size(), end));
        contents.insert(late.replace(begin, end - begin, old, begin, end - begin));
      }
      auto zeros = before;
      zeros.resize(std::max(zeros.size(), whole.size()));
      contents.insert(zeros);
    }
    contents.insert(whole);
    before = std::move(whole);
  }
  std::vector<Content> changed;
  for (const auto& text : contents)
    if (text != *file.synced_content.bytes) changed.emplace_back(text);
  return changed;
}

std::vector<std::map<std::size_t, CrashModel::Entries>> CrashModel::directories_after_crash()
    const {
  struct Change {
    std::size_t directory;
    const DirectoryChange* change;
  };
  std::vector<Change> changes;
  for (std::size_t i = 0; i < inodes_.size(); ++i)
    for (const auto& made : inodes_[i].unsynced_changes) changes.push_back({i, &made});
  const auto count = changes.size();
  std::set<std::vector<bool>> subsets;
  const auto add_subset = [&](const std::function<bool(std::size_t)>& kept) {
    std::vector<bool> subset(count);
    for (std::size_t i = 0; i < count; ++i) subset[i] = kept(i);
    subsets.insert(subset);
  };
  if (count <= kMostSubsetsOf) {
    for (std::size_t bits = 0; bits < std::size_t{1} << count; ++bits)
      add_subset([bits](std::size_t i) { return (bits >> i & 1) != 0; });
  } else {
    for (std::size_t at = 0; at <= count; ++at) {
      add_subset([at](std::size_t i) { return i < at; });
      add_subset([at](std::size_t i) { return i >= at; });
      add_subset([at](std::size_t i) { return i == at; });
      add_subset([at](std::size_t i) { return i != at; });
    }
  }
  std::vector<std::map<std::size_t, Entries>> all;
  for (const auto& subset : subsets) {
    auto& entries = all.emplace_back();
    for (std::size_t i = 0; i < count; ++i) {
      if (!subset[i]) continue;
      const auto directory = changes[i].directory;
      change(entries.try_emplace(directory, inodes_[directory].synced_entries).first->second,
             *changes[i].change);
    }
  }
  return all;
}

void CrashModel::for_each_state(const std::function<void(const FileTree&)>& visit) const {
  std::vector<std::map<std::size_t, Content>> contents(1);
  std::map<std::size_t, Content> all_written;
  for (std::size_t i = 0; i < inodes_.size(); ++i)
    if (!inodes_[i].unsynced.empty()) all_written[i] = Content(inodes_[i].content);
  contents.push_back(all_written);
  for (const auto& [inode, content] : all_written)
    for (const auto& torn : contents_after_crash(inodes_[inode])) {
      contents.push_back({{inode, torn}});
      contents.push_back(all_written);
      contents.back()[inode] = torn;
    }
  for (const auto& entries : directories_after_crash())
    for (const auto& content : contents) visit(tree({content, entries}));
}

FileTree CrashModel::tree(const Choice& choice) const {
  FileTree tree;
  add(tree, choice, 0, "");
  return tree;
}

void CrashModel::add(FileTree& tree, const Choice& choice, std::size_t inode,
                     const std::string& path) const {
  const auto& own = inodes_[inode];
  const auto chosen = choice.entries.find(inode);
  for (const auto& [name, child] :
       chosen == choice.entries.end() ? own.synced_entries : chosen->second) {
    const auto child_path = path + name;
    if (inodes_[child].directory) {
      tree[child_path + "/"];
      add(tree, choice, child, child_path + "/");
    } else {
      const auto content = choice.contents.find(child);
      tree[child_path] =
          content == choice.contents.end() ? inodes_[child].synced_content : content->second;
    }
  }
}

}  // namespace reslab::torture
