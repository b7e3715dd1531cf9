#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/json.h"

namespace reslab::app {

/// The name that messages use, in place of a file, for values from `--set`.
inline constexpr const char* kCommandLine = "--set";

/// Sets the value at a JSON pointer that is not empty, or removes it if the new value is null.
/// Makes missing objects on the way. Returns the error, or nothing.
std::optional<std::string> assign_at(Json& root, const std::string& pointer, const Json& value);

/// An experiment file merged with the files that it extends (RFC 7386), with short forms written
/// out (app/config/short_forms.h). It knows which file gives which value. `extends` and the names
/// of extended files are removed.
class Document {
 public:
  /// Reads the file and the chain that it extends. Throws InvalidInput.
  static Document load(const std::string& file);

  /// JSON that comes from one file, such as run.json. Throws InvalidInput if it is not an object.
  Document(std::string file, Json root);

  const std::string& file() const { return file_; }
  const Json& root() const { return root_; }

  /// Applies `POINTER=VALUE` texts of the command line, in their order. VALUE is JSON, or else a
  /// text; null removes. Where `is_text` says that a text belongs, a number is taken as it was
  /// typed. Throws InvalidInput with a line for each text that cannot be applied.
  void assign(
      const std::vector<std::string>& assignments,
      const std::function<bool(std::string_view pointer)>& is_text = [](std::string_view) {
        return false;
      });

  /// The origin of the value at the pointer: "--set", or the last file of the chain that gives it.
  /// If the value is absent, the origin of the object that would hold it.
  std::string source(std::string_view pointer) const;

  /// The path that a text at the pointer means: relative to the folder of the file that gives it if
  /// there is such a file or folder, otherwise relative to the working directory.
  std::string path(std::string_view pointer, const std::string& text) const;

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
