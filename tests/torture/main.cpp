// Tortures the program: power cuts, failing disks and kills. docs/RELIABILITY.md describes it.

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "folder.h"
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
  const reslab::Folder work;
  const reslab::torture::Sample sample{number >= 1 ? static_cast<std::int64_t>(number) : 1};
  if (words[0] == "crashes") return reslab::torture::try_crash_states(work.path(), sample);
  if (words[0] == "faults") return reslab::torture::try_faults(work.path(), sample);
  if (words[0] == "kills") return reslab::torture::try_kills(work.path(), number > 0 ? number : 60);
  return usage();
}
