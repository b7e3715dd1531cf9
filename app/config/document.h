#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config/json.h"

namespace reslab::app {

/// An experiment file with everything that it extends merged in (RFC 7386), remembering which file
/// says what. `extends` and the names of extended files are gone from it.
class Document {
 public:
  /// Reads the file and the chain that it extends. Throws InvalidInput.
  static Document load(const std::string& file);

  /// JSON that came from one file, e.g. a run's run.json.
  Document(std::string file, Json root);

  const std::string& file() const { return file_; }
  const Json& root() const { return root_; }

  /// Applies `POINTER=VALUE` texts of the command line, in their order; VALUE is JSON, else a text,
  /// and null removes. Throws InvalidInput with every one that does not fit.
  void assign(const std::vector<std::string>& assignments);

  /// Who says the value at the pointer, or where it is absent, what would hold it: the last file of
  /// the chain, or "--set".
  std::string source(std::string_view pointer) const;

  /// "FILE: /pointer", the start of a message.
  std::string place(std::string_view pointer) const;

 private:
  struct Layer {
    std::string file;
    Json content;
  };

  explicit Document(std::vector<Layer> layers);

  static std::vector<Layer> load_layers(const std::string& file, std::vector<std::string> chain);

  std::string file_;
  std::vector<Layer> layers_;  // the most basic file first
  Json root_;
  std::vector<std::string> assigned_;  // pointers
};

}  // namespace reslab::app
