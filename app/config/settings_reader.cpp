#include "app/config/settings_reader.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "app/config/key_names.h"

namespace reslab::app {
namespace {

/// The integer that the number is, also if it is written as 4.0 or 1e3.
std::optional<std::int64_t> whole_number(const Json& json) {
  constexpr double kExact = 9007199254740992;  // 2^53: below it, doubles hold every integer
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (!json.is_number()) return std::nullopt;
  const auto number = json.get<double>();
  if (std::abs(number) >= kExact || number != std::trunc(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<SettingValue> list_of(const Json& json) {
  const auto all = [&json](const auto& is) { return std::all_of(json.begin(), json.end(), is); };
  if (all([](const Json& item) { return whole_number(item).has_value(); })) {
    std::vector<std::int64_t> numbers;
    for (const auto& item : json) numbers.push_back(*whole_number(item));
    return numbers;
  }
  if (all([](const Json& item) { return item.is_number(); }))
    return json.get<std::vector<double>>();
  if (all([](const Json& item) { return item.is_string(); }))
    return json.get<std::vector<std::string>>();
  return std::nullopt;
}

/// Converts a JSON value to a setting's value. Returns nothing if no setting can hold it.
std::optional<SettingValue> setting_value_of(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (const auto whole = whole_number(json)) return *whole;
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_array()) return list_of(json);
  return std::nullopt;
}

std::string not_expected(const Setting& setting, const Json& json) {
  return "got " + shown(json) + ", expected " + expected(setting);
}

/// Reads JSON into one object.
class Reader {
 public:
  Reader(void* object, const Places& places, InputErrors& errors)
      : object_(object), places_(places), errors_(errors) {}

  /// `kind_without_word` is the kind that the JSON object has if it names none.
  void read(const SettingTable& table, const Json& json, const std::string& pointer,
            const std::vector<std::string>& other_keys,
            const std::optional<std::string>& kind_without_word = {}) {
    const auto* kind = kind_row(table);
    if (kind != nullptr) {
      const auto found = json.find(kind->name);
      // The keys of an unknown kind are unknown, too.
      if (found != json.end() && !read_kind(*kind, *found, below(pointer, kind->name))) return;
      if (found == json.end() && kind_without_word) kind->set(object_, *kind_without_word);
    }
    std::vector<std::string> known;
    for (const auto* setting : rows_of(table, object_)) {
      known.push_back(setting->name);
      if (const auto found = json.find(setting->name); found != json.end())
        read_one(*setting, *found, below(pointer, setting->name));
    }
    known.insert(known.end(), other_keys.begin(), other_keys.end());
    if (kind != nullptr) known.push_back(kind->name);
    for (const auto& item : json.items())
      if (std::ranges::find(known, item.key()) == known.end())
        add(below(pointer, item.key()), "unknown key" + other_kind(table, item.key(), known));
  }

 private:
  void add(const std::string& pointer, const std::string& what) {
    errors_.add(places_(pointer), what);
  }

  void read_one(const Setting& setting, const Json& json, const std::string& pointer) {
    if (setting.type == Setting::Type::group) return read_group(setting, json, pointer);
    if (json.is_null()) return;
    // A folder may be named 2023. --set keeps the text as it was typed.
    const bool digits = setting.type == Setting::Type::text && json.is_number_integer();
    const auto value = digits ? SettingValue(json.dump()) : setting_value_of(json);
    if (!value) return add(pointer, not_expected(setting, json));
    if (const auto error = error_of(setting, *value))
      return add_wrong(setting, json, pointer, *error);
    setting.set(object_, converted(setting, *value));
  }

  /// Adds the error, with a hint unless the error already names the nearest choice.
  void add_wrong(const Setting& setting, const Json& json, const std::string& pointer,
                 const std::string& error) {
    const bool has_hint = error.ends_with('?') || !json.is_string();
    add(pointer, error + (has_hint ? "" : word_hint(json.get<std::string>(), setting.choices)));
  }

  void read_group(const Setting& group, const Json& json, const std::string& pointer) {
    if (json.is_null()) {
      if (group.optional) group.set(object_, false);
    } else if (json.is_string() && group.kind_without_word) {
      read_kind(group.members.front(), json, pointer);
    } else if (!json.is_object()) {
      add(pointer, not_expected(group, json));
    } else {
      if (group.optional) group.set(object_, true);
      read(group.members, json, pointer, {}, group.kind_without_word);
    }
  }

  /// Returns whether the kind is known.
  bool read_kind(const Setting& kind, const Json& json, const std::string& pointer) {
    const auto value = setting_value_of(json);
    const auto error = value ? error_of(kind, *value) : not_expected(kind, json);
    if (error)
      add_wrong(kind, json, pointer, *error);
    else
      kind.set(object_, *value);
    return !error;
  }

  /// Returns a hint about an unknown key: the kind that has the key, or else the nearest known key.
  /// A file that extends another and changes the kind makes such keys unknown.
  static std::string other_kind(const SettingTable& table, const std::string& key,
                                const std::vector<std::string>& known) {
    const auto owner = std::ranges::find(table, key, &Setting::name);
    if (owner == table.end()) return key_hint(key, known);
    return ", it belongs to " + kind_row(table)->name + " '" + owner->kind + "'; null removes it";
  }

  void* object_;
  const Places& places_;
  InputErrors& errors_;
};

Json value_to_json(const SettingValue& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

Json group_to_json(const Setting& group, const void* object) {
  if (group.optional && !std::get<bool>(group.get(object))) return nullptr;
  auto json = object_to_json(group.members, object);
  if (!group.kind_without_word) return json;
  const auto& key = group.members.front().name;
  if (json.size() == 1) return json[key];
  if (json[key] == *group.kind_without_word) json.erase(key);
  return json;
}

std::string unused(const Setting& setting, const void* object) {
  return setting.unused ? setting.unused(object) : "";
}

}  // namespace

void visit_settings(
    const SettingTable& table, const std::string& prefix,
    const std::function<void(const std::string& pointer, const Setting& setting)>& visit) {
  for (const auto& setting : table) {
    const auto pointer = below(prefix, setting.name);
    visit(pointer, setting);
    visit_settings(setting.members, pointer, visit);
  }
}

std::vector<const Setting*> settings_at(const SettingTable& table, std::string_view pointer) {
  std::vector<const Setting*> found;
  if (!pointer.starts_with('/')) return found;
  const auto end = std::min(pointer.find('/', 1), pointer.size());
  for (const auto& setting : table) {
    if (setting.name != pointer.substr(1, end - 1)) continue;
    if (end == pointer.size()) {
      found.push_back(&setting);
    } else {
      const auto inner = settings_at(setting.members, pointer.substr(end));
      found.insert(found.end(), inner.begin(), inner.end());
    }
  }
  return found;
}

bool is_text(const SettingTable& table, std::string_view pointer) {
  return std::ranges::any_of(settings_at(table, pointer), [](const Setting* setting) {
    return setting->type == Setting::Type::text;
  });
}

void write_out_bare_values(const SettingTable& table, Json& json) {
  if (!json.is_object()) return;
  for (const auto& setting : table) {
    const auto found = json.find(setting.name);
    if (setting.type != Setting::Type::group || found == json.end()) continue;
    const auto* member = bare_member(setting);
    const bool number = member != nullptr && member->type == Setting::Type::number;
    if (member != nullptr && (number ? found->is_number() : found->is_string())) {
      Json object = {{member->name, *found}};
      if (!setting.bare_kind.empty()) object[setting.members.front().name] = setting.bare_kind;
      *found = std::move(object);
    }
    write_out_bare_values(setting.members, *found);
  }
}

void read_object(const SettingTable& table, void* object, const Json& json,
                 const std::string& pointer, const Places& places, InputErrors& errors,
                 const std::vector<std::string>& other_keys) {
  Reader(object, places, errors).read(table, json, pointer, other_keys);
}

Json object_to_json(const SettingTable& table, const void* object) {
  Json json = Json::object();
  if (const auto* kind = kind_row(table)) json[kind->name] = value_to_json(kind->get(object));
  for (const auto* setting : rows_of(table, object)) {
    if (!unused(*setting, object).empty()) continue;
    if (setting->omits_default && setting->get(object) == setting->initial) continue;
    json[setting->name] = setting->type == Setting::Type::group
                              ? group_to_json(*setting, object)
                              : value_to_json(setting->get(object));
  }
  return json;
}

void UnusedSettings::note_object(const SettingTable& table, const void* object, const Json& json,
                                 const std::string& pointer, const Places& places) {
  for (const auto* setting : rows_of(table, object)) {
    const auto found = json.find(setting->name);
    if (found == json.end() || found->is_null()) continue;
    const auto inner = below(pointer, setting->name);
    const auto place = places(inner);
    const auto reason = unused(*setting, object);
    const auto known = std::ranges::find(given_, place, &Given::place);
    if (known == given_.end())
      given_.push_back({place, reason});
    else if (reason.empty())
      known->unused.clear();
    if (setting->type == Setting::Type::group && found->is_object())
      note_object(setting->members, object, *found, inner, places);
  }
}

void UnusedSettings::report(InputErrors& errors) const {
  for (const auto& [place, unused] : given_)
    if (!unused.empty())
      errors.add(place, "has no effect: " + unused + "; expected a setting that a network uses");
}

}  // namespace reslab::app
