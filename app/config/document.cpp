#include "app/config/document.h"

#include <charconv>
#include <filesystem>
#include <optional>

#include <fmt/ranges.h>

#include "app/config/input_errors.h"
#include "app/config/short_forms.h"
#include "reslab/base/error.h"

namespace reslab::app {
namespace {

/// A path that is relative to the folder of `file`.
std::string beside(const std::string& file, const std::string& path) {
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

/// The unescaped keys of a JSON pointer; none if the text is not a JSON pointer.
std::vector<std::string> keys_of(const std::string& pointer) {
  std::vector<std::string> keys;
  if (is_pointer(pointer))
    for (Json::json_pointer rest(pointer); !rest.empty(); rest.pop_back())
      keys.insert(keys.begin(), rest.back());
  return keys;
}

/// The element of the array that the key names, or null.
Json* element(Json& array, const std::string& key) {
  std::size_t index = 0;
  const auto* end = key.data() + key.size();
  const auto result = std::from_chars(key.data(), end, index);
  const bool valid = result.ec == std::errc() && result.ptr == end && index < array.size();
  return valid ? &array[index] : nullptr;
}

void require_object(const Json& content, const std::string& file) {
  if (!content.is_object())
    throw InvalidInput(file + ": got " + shown(content) + ", expected an object");
}

}  // namespace

std::optional<std::string> assign_at(Json& root, const std::string& pointer, const Json& value) {
  const auto keys = keys_of(pointer);
  Json* holder = &root;
  std::string reached;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool last = i + 1 == keys.size();
    const std::string outer = reached.empty() ? "the file" : reached;
    reached = below(reached, keys[i]);
    Json* inner = nullptr;
    if (holder->is_array()) {
      inner = element(*holder, keys[i]);
      if (inner == nullptr)
        return outer + " is a list of " + std::to_string(holder->size()) + ", expected an index " +
               "below that, got '" + keys[i] + "'";
      if (last && value.is_null()) return "an element of a list cannot be removed";
    } else if (holder->is_object()) {
      if (last && value.is_null())
        return holder->erase(keys[i]) == 1 ? std::nullopt
                                           : std::optional<std::string>("nothing there to remove");
      inner = &(*holder)[keys[i]];
      if (inner->is_null() && !last) *inner = Json::object();
    } else {
      return outer + " is " + shown(*holder) + " and cannot hold '" + keys[i] + "'";
    }
    holder = inner;
  }
  *holder = value;
  return std::nullopt;
}

std::vector<Document::Layer> Document::load_layers(const std::string& file,
                                                   std::vector<std::string> chain) {
  chain.push_back(file);
  Layer layer{file, read_json(file)};
  require_object(layer.content, file);
  const auto found = layer.content.find("extends");
  if (found == layer.content.end()) return {layer};

  const std::string place = file + ": /extends: ";
  if (!found->is_string())
    throw InvalidInput(place + "got " + shown(*found) + ", expected a file's path");
  const auto base = beside(file, found->get<std::string>());
  std::error_code unreadable;
  if (!std::filesystem::exists(base, unreadable))
    throw InvalidInput(place + "no such file: " + base);
  for (const auto& earlier : chain)
    if (std::filesystem::equivalent(earlier, base, unreadable))
      throw InvalidInput(fmt::format("{}a cycle, expected files that end: {} -> {}", place,
                                     fmt::join(chain, " -> "), base));
  auto layers = load_layers(base, std::move(chain));
  layers.back().content.erase("name");
  layers.push_back(std::move(layer));
  return layers;
}

Document Document::load(const std::string& file) { return Document(load_layers(file, {})); }

Document::Document(std::vector<Layer> layers)
    : file_(layers.back().file), layers_(std::move(layers)), root_(Json::object()) {
  for (const auto& layer : layers_) merge_experiment(root_, layer.content);
  root_.erase("extends");
}

Document::Document(std::string file, Json root)
    : file_(std::move(file)), layers_{{file_, root}}, root_(std::move(root)) {
  require_object(root_, file_);
  write_out_short_forms(root_);
}

void Document::assign(const std::vector<std::string>& assignments,
                      const std::function<bool(std::string_view pointer)>& is_text) {
  InputErrors errors;
  for (const auto& assignment : assignments) {
    const auto equals = assignment.find('=');
    const std::string pointer = assignment.substr(0, equals);
    if (equals == std::string::npos || pointer.empty() || !is_pointer(pointer)) {
      errors.add("--set " + assignment,
                 "expected /POINTER=VALUE, for example /recipe/iterations=400");
      continue;
    }
    errors.gather([&] {
      const auto text = assignment.substr(equals + 1);
      auto value = json_or_text(text, "--set");
      if (value.is_number() && is_text(pointer)) value = text;
      const auto error = assign_at(root_, pointer, value);
      if (error)
        errors.add("--set " + pointer, *error);
      else
        settle(root_, pointer);
      assigned_.push_back(pointer);
    });
  }
  errors.raise();
}

std::string Document::source(std::string_view pointer) const {
  for (const auto& assigned : assigned_)
    if (pointer == assigned || is_inside(pointer, assigned)) return kCommandLine;
  for (std::string outer(pointer); !outer.empty(); outer.resize(outer.rfind('/'))) {
    const Json::json_pointer target(outer);
    for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer)
      if (layer->content.contains(target)) return layer->file;
  }
  return file_;
}

std::string Document::path(std::string_view pointer, const std::string& text) const {
  const auto file = source(pointer);
  if (text.empty() || file == kCommandLine || std::filesystem::path(text).is_absolute())
    return text;
  const auto path = beside(file, text);
  std::error_code unreadable;
  return std::filesystem::exists(path, unreadable) ? path : text;
}

std::string Document::place(std::string_view pointer) const {
  return source(pointer) + (pointer.empty() ? "" : ": ") + std::string(pointer);
}

}  // namespace reslab::app
