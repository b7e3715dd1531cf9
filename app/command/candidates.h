#pragma once

#include <string>
#include <vector>

#include "app/command/description.h"

namespace reslab::app {

/// The candidates for the last word of a command line.
struct Candidates {
  struct Word {
    std::string text;
    std::string meaning;  // may be empty
  };

  std::vector<Word> words;              // no space follows a word that ends in '/', '=' or ':'
  Completion paths = Completion::none;  // `files`, `folders` or `json_files` complete the word too
};

/// Completes the last of the words that follow the program's name. The word may be empty.
Candidates candidates(const std::vector<std::string>& words);

}  // namespace reslab::app
