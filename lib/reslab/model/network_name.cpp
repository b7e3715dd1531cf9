#include "reslab/model/network_name.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "reslab/base/error.h"
#include "reslab/base/text.h"

namespace reslab {
namespace {

/// A word that network names begin with. The paper names networks "resnet" and calls their
/// connection "residual".
struct Word {
  std::string text;
  Connection connection;
  std::optional<Family> family;            // empty if the depth determines it
  std::optional<std::int64_t> only_depth;  // the depth of a name without a number
};

const std::vector<Word> kWords = {
    {"plain", Connection::plain, {}, {}},        {"resnet", Connection::residual, {}, {}},
    {"highway", Connection::highway, {}, {}},    {"wide", Connection::residual, Family::wide, {}},
    {"vgg", Connection::plain, Family::vgg, {}}, {"alexnet", Connection::plain, Family::alexnet, 8},
};

const Word& word_of(const NetworkSpec& spec) {
  const Word* fitting = nullptr;
  for (const auto& word : kWords)
    if (word.family ? *word.family == spec.family : word.connection == spec.connection)
      fitting = &word;  // a family's own word comes last
  return *fitting;
}

NetworkSpec default_of(const Word& word, std::int64_t depth) {
  return word.family ? default_network(*word.family, depth)
                     : default_network(word.connection, depth);
}

/// Reads one network's text and collects every error in it.
class NetworkParser {
 public:
  explicit NetworkParser(std::string_view text)
      : text_(text), where_("network '" + std::string(text) + "': ") {}

  NetworkSpec parse() {
    const auto colon = text_.find(':');
    read_head(text_.substr(0, colon));
    const auto pairs =
        colon == std::string_view::npos ? Pairs() : read_pairs(text_.substr(colon + 1));
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (i > 0 && pairs[i].first == pairs[i - 1].first)
        add("'" + pairs[i].first + "' is given twice");
      else
        apply(pairs[i].first, pairs[i].second);
    }
    refuse_unused(pairs);
    if (errors_.empty())
      for (const auto& error : errors(spec_)) add(error.what);
    if (!errors_.empty()) throw InvalidInput(errors_);
    for (const auto& [key, value] : pairs) given_.push_back(key);
    return spec_;
  }

  const std::vector<std::string>& given() const { return given_; }

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  void add(const std::string& what) { errors_.push_back(where_ + what); }

  /// Reads "resnet-34". The rest has no meaning without it, so an error ends the reading.
  void read_head(std::string_view head) {
    const auto dash = head.rfind('-');
    const auto text = head.substr(0, dash);
    const auto word = std::ranges::find(kWords, text, &Word::text);
    if (word == kWords.end()) {
      std::vector<std::string> words;
      for (const auto& known : kWords) words.push_back(known.text);
      const auto digits = text.find_first_of("0123456789");
      const std::string without(text.substr(0, digits));
      if (digits != text.npos && dash == text.npos && std::ranges::count(words, without) > 0)
        throw InvalidInput(where_ + "expected a '-' before the depth, as in '" + without + "-" +
                           std::string(text.substr(digits)) + "'");
      throw InvalidInput(where_ + "unknown kind '" + std::string(text) + "'" +
                         suggestion(text, words));
    }
    const bool has_depth = dash != std::string_view::npos;
    if (word->only_depth && has_depth)
      throw InvalidInput(where_ + "expected '" + word->text + "' alone, there is one depth only");
    if (!word->only_depth && !has_depth)
      throw InvalidInput(where_ + "expected a depth, as in '" + word->text + "-20'");
    spec_ = default_of(*word, word->only_depth.value_or(spec_.depth));
    if (has_depth) read_depth(*word, head.substr(dash + 1));
  }

  /// Does not set a family's depth as a setting: that would bring the defaults of another family.
  void read_depth(const Word& word, std::string_view value) {
    if (!word.family) return apply("depth", value);
    if (const auto depth = parse(*find("depth"), value))
      spec_ = default_of(word, std::get<std::int64_t>(*depth));
  }

  /// Returns the value, or nothing after adding the errors in it.
  std::optional<SettingValue> parse(const Setting& setting, std::string_view value) {
    try {
      return parse_value(setting, value);
    } catch (const InvalidInput& error) {
      for (const auto& line : error.lines()) add(line);
    }
    return std::nullopt;
  }

  static const Setting* find(std::string_view name) { return network_settings().find(name); }

  /// Returns the pairs in the order of the settings, since family and block bring defaults that
  /// later settings change.
  Pairs read_pairs(std::string_view rest) {
    Pairs pairs;
    for (const auto& item : split_at_commas(rest)) {
      const auto equals = item.find('=');
      if (equals == std::string::npos)
        add("expected key=value, found '" + item + "'");
      else
        pairs.emplace_back(item.substr(0, equals), item.substr(equals + 1));
    }
    const auto& order = network_settings().list();
    std::ranges::stable_sort(pairs, {}, [&order](const auto& pair) {
      return std::ranges::find(order, pair.first, &Setting::name) - order.begin();
    });
    return pairs;
  }

  void apply(std::string_view key, std::string_view value) {
    const auto* setting = find(key);
    if (setting == nullptr) {
      std::vector<std::string> names;
      for (const auto& known : network_settings()) names.push_back(known.name);
      return add("unknown setting '" + std::string(key) + "'" + suggestion(key, names));
    }
    if (const auto parsed = parse(*setting, value))
      network_settings().set(*setting, spec_, *parsed);
  }

  void refuse_unused(const Pairs& pairs) {
    for (const auto& [key, value] : pairs) {
      const auto* setting = find(key);
      if (setting == nullptr) continue;
      if (const auto why = network_settings().unused(*setting, spec_); !why.empty())
        add("'" + key + "' has no effect: " + why);
    }
  }

  std::string_view text_;
  std::string where_;
  NetworkSpec spec_;
  std::vector<std::string> given_;
  std::vector<std::string> errors_;
};

}  // namespace

NetworkSpec parse_network(std::string_view text) { return NetworkParser(text).parse(); }

std::vector<std::string> settings_given(std::string_view text) {
  NetworkParser parser(text);
  parser.parse();
  return parser.given();
}

std::string name(const NetworkSpec& spec) {
  const auto& word = word_of(spec);
  auto text = word.text;
  if (!word.only_depth) text += '-' + std::to_string(spec.depth);

  // Defaults follow from connection, depth, family and block, so each setting is compared with what
  // the settings before it imply.
  auto implied = default_of(word, spec.depth);
  char separator = ':';
  for (const auto& setting : network_settings()) {
    const auto value = network_settings().get(setting, spec);
    if (value == network_settings().get(setting, implied)) continue;
    network_settings().set(setting, implied, value);
    if (!network_settings().unused(setting, spec).empty()) continue;
    text += separator + setting.name + '=' + to_text(value);
    separator = ',';
  }
  return text;
}

}  // namespace reslab
