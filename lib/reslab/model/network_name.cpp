#include "reslab/model/network_name.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "reslab/base/error.h"

namespace reslab {
namespace {

/// What a network's name begins with. "resnet" is how the paper names networks, "residual" what it
/// calls the connection.
struct Word {
  std::string text;
  Connection connection;
  std::optional<Family> family;            // where the depth does not tell it
  std::optional<std::int64_t> only_depth;  // the name shows none
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

/// Reads one network's text, remembering every mistake in it.
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
    if (mistakes_.empty())
      for (const auto& problem : problems(spec_)) add(problem.what);
    if (!mistakes_.empty()) throw InvalidInput(mistakes_);
    for (const auto& [key, value] : pairs) given_.push_back(key);
    return spec_;
  }

  const std::vector<std::string>& given() const { return given_; }

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  void add(const std::string& what) { mistakes_.push_back(where_ + what); }

  /// "resnet-34": without it nothing else has a meaning, so that a mistake in it ends the reading.
  void read_head(std::string_view head) {
    const auto dash = head.rfind('-');
    const auto text = head.substr(0, dash);
    const auto word = std::ranges::find(kWords, text, &Word::text);
    if (word == kWords.end()) {
      std::vector<std::string> words;
      for (const auto& known : kWords) words.push_back(known.text);
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

  /// As a setting it would bring the defaults of the families that a depth tells.
  void read_depth(const Word& word, std::string_view value) {
    if (!word.family) return apply("depth", value);
    NetworkSpec parsed;
    for (const auto& setting : settings(parsed)) {
      if (setting.name != "depth") continue;
      try {
        spec_ = default_of(word, std::get<std::int64_t>(parse_value(setting, value)));
      } catch (const InvalidInput& error) {
        for (const auto& line : error.lines()) add(line);
      }
    }
  }

  /// In the order of the settings, not of the text: family and block bring defaults that others
  /// change.
  Pairs read_pairs(std::string_view rest) {
    Pairs pairs;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      const auto item = rest.substr(0, comma);
      const auto equals = item.find('=');
      if (equals == std::string_view::npos)
        add("expected key=value, found '" + std::string(item) + "'");
      else
        pairs.emplace_back(item.substr(0, equals), item.substr(equals + 1));
      rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    }
    const auto order = settings(spec_);
    std::ranges::stable_sort(pairs, {}, [&order](const auto& pair) {
      return std::ranges::find(order, pair.first, &Setting::name) - order.begin();
    });
    return pairs;
  }

  void apply(std::string_view key, std::string_view value) {
    const auto known = settings(spec_);
    const auto found = std::ranges::find(known, key, &Setting::name);
    if (found == known.end()) {
      std::vector<std::string> names;
      for (const auto& setting : known) names.push_back(setting.name);
      return add("unknown setting '" + std::string(key) + "'" + suggestion(key, names));
    }
    try {
      found->set(parse_value(*found, value));
    } catch (const InvalidInput& error) {
      for (const auto& line : error.lines()) add(line);
    }
  }

  void refuse_unused(const Pairs& pairs) {
    const auto known = settings(spec_);
    for (const auto& [key, value] : pairs) {
      const auto setting = std::ranges::find(known, key, &Setting::name);
      if (setting != known.end() && !setting->unused.empty())
        add("'" + key + "' has no effect: " + setting->unused);
    }
  }

  std::string_view text_;
  std::string where_;
  NetworkSpec spec_;
  std::vector<std::string> given_;
  std::vector<std::string> mistakes_;
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

  auto actual = spec;
  // Defaults follow from connection, depth, family and block: compare each setting with what the
  // ones before it imply.
  auto implied = default_of(word, spec.depth);
  const auto actual_settings = settings(actual);
  auto implied_settings = settings(implied);
  char separator = ':';
  for (std::size_t i = 0; i < actual_settings.size(); ++i) {
    const auto& setting = actual_settings[i];
    const auto value = setting.get();
    if (value == implied_settings[i].get()) continue;
    implied_settings[i].set(value);
    if (!setting.unused.empty()) continue;
    text += separator + setting.name + '=' + to_text(value);
    separator = ',';
  }
  return text;
}

}  // namespace reslab
