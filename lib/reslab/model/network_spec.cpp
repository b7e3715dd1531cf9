#include "reslab/model/network_spec.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "reslab/error.h"

namespace reslab {
namespace {

// "resnet" is how the paper names networks, "residual" what it calls the connection.
const std::vector<std::pair<std::string, Connection>> kNetworkWords = {
    {"plain", Connection::plain},
    {"resnet", Connection::residual},
    {"highway", Connection::highway},
};

const std::map<std::int64_t, std::vector<std::int64_t>> kImagenetBasic = {
    {18, {2, 2, 2, 2}},
    {34, {3, 4, 6, 3}},
};
const std::map<std::int64_t, std::vector<std::int64_t>> kImagenetBottleneck = {
    {50, {3, 4, 6, 3}},
    {101, {3, 4, 23, 3}},
    {152, {3, 8, 36, 3}},
};
constexpr std::int64_t kDeepest = 1202;

const auto& imagenet_depths(BlockKind block) {
  return block == BlockKind::basic ? kImagenetBasic : kImagenetBottleneck;
}

/// Convolutions that one more block in each of the three CIFAR stages adds.
std::int64_t cifar_period(BlockKind block) { return block == BlockKind::basic ? 6 : 9; }

bool exists(const NetworkSpec& spec) {
  if (spec.family == Family::imagenet) return imagenet_depths(spec.block).contains(spec.depth);
  const auto period = cifar_period(spec.block);
  return spec.depth >= period + 2 && spec.depth <= kDeepest && (spec.depth - 2) % period == 0;
}

void set_block_defaults(NetworkSpec& spec) {
  const bool imagenet = spec.family == Family::imagenet;
  spec.shortcut = imagenet ? Shortcut::B : Shortcut::A;
  spec.classes = imagenet ? 1000 : 10;
}

void set_family_defaults(NetworkSpec& spec) {
  const bool bottleneck = spec.family == Family::imagenet ? kImagenetBottleneck.contains(spec.depth)
                                                          : spec.depth == 164 || spec.depth == 1001;
  spec.block = bottleneck ? BlockKind::bottleneck : BlockKind::basic;
  set_block_defaults(spec);
}

void set_depth_defaults(NetworkSpec& spec) {
  const bool imagenet =
      kImagenetBasic.contains(spec.depth) || kImagenetBottleneck.contains(spec.depth);
  spec.family = imagenet ? Family::imagenet : Family::cifar;
  set_family_defaults(spec);
}

NetworkSpec default_network(Connection connection, std::int64_t depth) {
  NetworkSpec spec;
  spec.connection = connection;
  spec.depth = depth;
  set_depth_defaults(spec);
  return spec;
}

/// The setting, with `then` run after every change of its value.
Setting followed_by(Setting setting, std::function<void()> then) {
  setting.set = [set = std::move(setting.set), then = std::move(then)](const Value& value) {
    set(value);
    then();
  };
  return setting;
}

Setting used_if(bool used, std::string reason, Setting setting) {
  if (!used) setting.unused = std::move(reason);
  return setting;
}

std::string possible_depths(const NetworkSpec& spec) {
  std::string list;
  if (spec.family == Family::imagenet) {
    for (const auto& [depth, stages] : imagenet_depths(spec.block))
      list += (list.empty() ? "" : ", ") + std::to_string(depth);
    return list;
  }
  const auto period = cifar_period(spec.block);
  for (std::int64_t n = 1; n <= 9; ++n) list += std::to_string(period * n + 2) + ", ";
  return list + "and every other " + std::to_string(period) + "n+2 up to " +
         std::to_string(kDeepest);
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
      for (const auto& line : problems(spec_)) add(line);
    if (!mistakes_.empty()) throw InvalidInput(mistakes_);
    return spec_;
  }

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  void add(const std::string& what) { mistakes_.push_back(where_ + what); }

  /// "resnet-34": without it nothing else has a meaning, so that a mistake in it ends the reading.
  void read_head(std::string_view head) {
    const auto dash = head.rfind('-');
    const auto word = head.substr(0, dash);
    std::vector<std::string> words;
    for (const auto& [known, connection] : kNetworkWords) {
      words.push_back(known);
      if (known == word) spec_ = default_network(connection, spec_.depth);
    }
    if (std::ranges::find(words, word) == words.end())
      throw InvalidInput(where_ + "unknown kind '" + std::string(word) + "'" +
                         suggestion(word, words));
    if (dash == std::string_view::npos)
      throw InvalidInput(where_ + "expected a depth, as in '" + std::string(word) + "-20'");
    apply("depth", head.substr(dash + 1));
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
  std::vector<std::string> mistakes_;
};

}  // namespace

Settings settings(NetworkSpec& spec) {
  const bool shortcut = spec.connection != Connection::plain;
  return {
      choice("connection", "how F(x) meets x: F(x), F(x) + S(x), or gated T·F(x) + (1−T)·S(x)",
             spec.connection,
             {{"plain", Connection::plain},
              {"residual", Connection::residual},
              {"highway", Connection::highway}}),
      followed_by(integer("depth", "weighted layers, as the paper counts", spec.depth, 1, kDeepest),
                  [&spec] { set_depth_defaults(spec); }),
      followed_by(choice("family", "stem and stages: 32×32 (cifar) or 224×224 images (imagenet)",
                         spec.family, {{"cifar", Family::cifar}, {"imagenet", Family::imagenet}}),
                  [&spec] { set_family_defaults(spec); }),
      followed_by(choice("block", "two 3×3 convolutions, or 1×1, 3×3, 1×1", spec.block,
                         {{"basic", BlockKind::basic}, {"bottleneck", BlockKind::bottleneck}}),
                  [&spec] { set_block_defaults(spec); }),
      used_if(shortcut, "a plain network has no shortcut",
              choice("shortcut",
                     "A zero-padded identity, B projection where the shape changes, C "
                     "projection everywhere",
                     spec.shortcut, {{"A", Shortcut::A}, {"B", Shortcut::B}, {"C", Shortcut::C}})),
      used_if(shortcut && spec.shortcut == Shortcut::A, "only shortcut A pads with zeros",
              choice("padding", "where shortcut A puts its zero channels", spec.padding,
                     {{"end", Padding::end}, {"both", Padding::both}})),
      used_if(spec.block == BlockKind::bottleneck, "a basic block has one place for the stride",
              choice("stride_in", "which convolution of a bottleneck carries the stride",
                     spec.stride_in, {{"1x1", StrideIn::conv1x1}, {"3x3", StrideIn::conv3x3}})),
      integer("classes", "outputs; the data set's own number unless given", spec.classes, 1, 1e6),
      integer("in_channels", "channels of the images", spec.in_channels, 1, 1024),
      used_if(
          spec.connection == Connection::highway, "only a highway network has gates",
          number("gate_bias", "initial bias of the highway gates; negative: start by carrying x",
                 spec.gate_bias, -100, 100)),
  };
}

std::vector<std::string> problems(const NetworkSpec& spec) {
  if (exists(spec)) return {};
  const std::string family = spec.family == Family::cifar ? "CIFAR" : "ImageNet";
  const std::string block = spec.block == BlockKind::basic ? "basic" : "bottleneck";
  return {"no " + family + " network of " + block + " blocks has " + std::to_string(spec.depth) +
          " layers; possible: " + possible_depths(spec)};
}

NetworkSpec parse_network(std::string_view text) { return NetworkParser(text).parse(); }

std::string name(const NetworkSpec& spec) {
  std::string text;
  for (const auto& [word, connection] : kNetworkWords)
    if (connection == spec.connection) text = word;
  text += '-' + std::to_string(spec.depth);

  auto actual = spec;
  // Defaults follow from connection, depth, family and block: compare each setting with what the
  // ones before it imply.
  auto implied = default_network(spec.connection, spec.depth);
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

std::vector<std::int64_t> blocks_per_stage(const NetworkSpec& spec) {
  if (spec.family == Family::imagenet) return imagenet_depths(spec.block).at(spec.depth);
  return std::vector<std::int64_t>(3, (spec.depth - 2) / cifar_period(spec.block));
}

}  // namespace reslab
