#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include <sys/types.h>

#include "torture/crash_model.h"

namespace reslab::torture {

/// The output and the exit code of one call of the program.
struct Outcome {
  int code = 0;  // exit code, or minus the signal that ended the process
  std::string err;
  std::int64_t operations = 0;  // on files, after record_operations or inject
};

/// Starts `reslab run torture.json` in a child of this process, which has loaded LibTorch already.
/// The child works in `directory`, calls `prepare` first, and writes its messages to
/// `directory`.err. A child that takes over five minutes is killed.
pid_t start_run(const std::filesystem::path& directory, const std::function<void()>& prepare = {});

/// Waits for the child that works in `directory`.
Outcome wait_for(pid_t child, const std::filesystem::path& directory);

/// Makes an empty directory with the small experiment and writes torture.json into it: some runs
/// of few iterations with a checkpoint after each.
void make_experiment(const std::filesystem::path& directory, int seeds);

/// Replaces the directory by these files.
void write_tree(const FileTree& tree, const std::filesystem::path& directory);

/// The files of a directory.
FileTree read_tree(const std::filesystem::path& directory);

/// The results that must be equal after any interruption: the files that the program promises to be
/// equal, with their bytes, and of the others that they exist. Lists also what must not be left,
/// and the steps that TensorBoard shows.
std::map<std::string, std::string> results_of(const FileTree& tree);

/// The names of the results that differ, each with both sizes; empty if there are none.
std::string differences(const std::map<std::string, std::string>& expected,
                        const std::map<std::string, std::string>& found);

}  // namespace reslab::torture
