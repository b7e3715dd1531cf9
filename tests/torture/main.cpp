// Tortures the program: power cuts, failing disks and kills. docs/RELIABILITY.md describes it.

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "reslab/base/memory.h"
#include "torture/torture.h"

namespace {

int usage() {
  std::cerr << "usage: reslab_torture crashes [EVERY] | faults [EVERY] | kills [SECONDS]\n"
               "EVERY: only every n-th case is tried. Files are made below $TMPDIR.\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty() || words.size() > 2) return usage();
  const double number = words.size() > 1 ? std::strtod(words[1].c_str(), nullptr) : 0;
  auto name = (std::filesystem::temp_directory_path() / "reslab-torture-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return usage();
  const std::filesystem::path work(name);
  const reslab::torture::Sample sample{number >= 1 ? static_cast<std::int64_t>(number) : 1};
  int code = 2;
  if (words[0] == "crashes")
    code = reslab::torture::try_crash_states(work, sample);
  else if (words[0] == "faults")
    code = reslab::torture::try_faults(work, sample);
  else if (words[0] == "kills")
    code = reslab::torture::try_kills(work, number > 0 ? number : 60);
  else
    return usage();
  std::filesystem::remove_all(work);
  return code;
}
