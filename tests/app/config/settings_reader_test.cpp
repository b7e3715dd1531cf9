#include "app/config/settings_reader.h"

#include <gmock/gmock.h>

#include "reslab/base/setting_rows.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Stepwise {
  static constexpr const char* kName = "steps";
  double divide_by = 10;

  static Settings<Stepwise> settings() {
    return {number("divide_by", "", &Stepwise::divide_by, 1, 100)};
  }
};

struct Smooth {
  static constexpr const char* kName = "cosine";
  double period = 1;

  static Settings<Smooth> settings() { return {number("period", "", &Smooth::period, 0, 1)}; }
};

struct Rates {
  std::variant<Stepwise, Smooth> schedule;
};

enum class Kind { none, per_channel, given };

struct Scaling {
  Kind kind = Kind::none;
  std::vector<double> mean = {0.5};
};

struct SlowStart {
  double rate = 0.01;
};

/// A setting of every type.
struct Options {
  bool on = false;
  std::int64_t depth = 20;
  double rate = 0.1;
  std::string root = "data";
  std::vector<std::int64_t> at = {1, 2};
  Rates learning_rate;
  Scaling normalize;
  std::optional<SlowStart> warmup;
  std::int64_t hidden = 1;
  double late = 0.5;
};

Settings<Options> settings() {
  const Settings<Scaling> normalize = {
      kind_choice(
          "name", &Scaling::kind,
          {{"none", Kind::none}, {"per-channel", Kind::per_channel}, {"given", Kind::given}}),
      number("mean", "", &Scaling::mean, 0, 1).only("given")};
  auto words = group("normalize", "", &Options::normalize, normalize);
  words.kind_without_word = "given";
  return {flag("on", "", &Options::on),
          number("depth", "", &Options::depth, 1, 1000),
          number("rate", "", &Options::rate, 0, 1),
          text("root", "", &Options::root),
          number("at", "", &Options::at, 0, 100),
          group("learning_rate", "", &Options::learning_rate, kinds("schedule", &Rates::schedule)),
          words,
          optional_group("warmup", "", &Options::warmup,
                         Settings<SlowStart>{number("rate", "", &SlowStart::rate, 0, 1)}),
          number("hidden", "", &Options::hidden, 1, 1000)
              .used_if([](const Options&) { return false; }, "it is never used"),
          number("late", "", &Options::late, 0, 1).omit_default()};
}

std::vector<std::string> read(Options& options, const std::string& text) {
  InputErrors errors;
  const auto places = [](std::string_view pointer) { return "x.json: " + std::string(pointer); };
  read_settings(settings(), options, Json::parse(text), "/o", places, errors);
  return errors.lines();
}

TEST(SettingsReader, SetsWhatTheObjectNamesAndNothingElse) {
  Options options;
  EXPECT_THAT(read(options, R"({"on": true, "rate": 1, "at": [], "normalize": {"mean": [0, 0.25]},
                                "learning_rate": {"period": 0.5, "schedule": "cosine"},
                                "warmup": {"rate": 0.02}, "depth": null})"),
              IsEmpty());
  EXPECT_TRUE(options.on && options.warmup);
  EXPECT_EQ(options.rate, 1);
  EXPECT_THAT(options.at, IsEmpty());
  EXPECT_EQ(std::get<Smooth>(options.learning_rate.schedule).period, 0.5);
  EXPECT_EQ(options.normalize.kind, Kind::given);
  EXPECT_THAT(options.normalize.mean, ElementsAre(0, 0.25));
  EXPECT_EQ(options.warmup->rate, 0.02);
  EXPECT_EQ(options.depth, 20);
  EXPECT_EQ(options.root, "data");
}

TEST(SettingsReader, EachErrorIsOneLine) {
  const std::pair<std::string, std::string> table[] = {
      {R"({"dept": 1})", "/o/dept: unknown key, did you mean 'depth'?"},
      {R"({"colour/": 1})",
       "/o/colour~1: unknown key; known: on, depth, rate, root, at, learning_rate, normalize, "
       "warmup, hidden, late"},
      {R"({"on": "a\nb"})", "/o/on: got 'a?b', expected true or false"},
      {R"({"depth": "20"})", "/o/depth: got '20', expected an integer from 1 to 1000"},
      {R"({"depth": 0})", "/o/depth: got 0, expected an integer from 1 to 1000"},
      {R"({"depth": 20.5})", "/o/depth: got 20.5, expected an integer from 1 to 1000"},
      {R"({"depth": 18446744073709551615})",
       "/o/depth: got 1.8446744073709552e+19, expected an integer from 1 to 1000"},
      {R"({"depth": [20]})", "/o/depth: got [20], expected an integer from 1 to 1000"},
      {R"({"depth": {"a": 1}})", "/o/depth: got {\"a\":1}, expected an integer from 1 to 1000"},
      {R"({"rate": -0.5})", "/o/rate: got -0.5, expected a number from 0 to 1"},
      {R"({"on": 1})", "/o/on: got 1, expected true or false"},
      {R"({"root": true})", "/o/root: got true, expected a text"},
      {R"({"at": [1, "x"]})",
       "/o/at: got [1,\"x\"], expected a list of integers, each from 0 to 100"},
      {R"({"at": [1, 101]})",
       "/o/at: got [1,101], expected a list of integers, each from 0 to 100"},
      {R"({"learning_rate": 0.1})", "/o/learning_rate: got 0.1, expected an object"},
      {R"({"learning_rate": {"schedule": "cosin", "period": 1}})",
       "/o/learning_rate/schedule: got 'cosin', expected one of 'steps', 'cosine', did you mean "
       "'cosine'?"},
      {R"({"learning_rate": {"schedule": "cosine", "divide_by": 5}})",
       "/o/learning_rate/divide_by: unknown key, it belongs to schedule 'steps'; null removes it"},
      {R"({"learning_rate": {"shedule": "cosine"}})",
       "/o/learning_rate/shedule: unknown key, did you mean 'schedule'?"},
      {R"({"normalize": "none of it"})",
       "/o/normalize: got 'none of it', expected one of 'none', 'per-channel', 'given'"},
      {R"({"normalize": 3})",
       "/o/normalize: got 3, expected one of 'none', 'per-channel', 'given' or an object"},
      {R"({"normalize": {"mean": [2]}})",
       "/o/normalize/mean: got [2], expected a list of numbers, each from 0 to 1"},
      {R"({"warmup": true})", "/o/warmup: got true, expected an object or null"},
      {R"({"warmup": {"rate": 2}})", "/o/warmup/rate: got 2, expected a number from 0 to 1"}};
  for (const auto& [text, line] : table) {
    Options options;
    EXPECT_THAT(read(options, text), ElementsAre("x.json: " + line)) << text;
  }
}

TEST(SettingsReader, ReportsEveryErrorAtOnce) {
  Options options;
  EXPECT_THAT(read(options, R"({"zzz": 1, "depth": 0, "warmup": {"rate": "x"}, "on": true})"),
              ElementsAre("x.json: /o/depth: got 0, expected an integer from 1 to 1000",
                          "x.json: /o/warmup/rate: got 'x', expected a number from 0 to 1",
                          testing::StartsWith("x.json: /o/zzz: unknown key")));
  EXPECT_TRUE(options.on);
}

TEST(SettingsReader, WritesTheCompleteObjectAndReadsItBack) {
  Options options;
  EXPECT_EQ(to_json(settings(), options).dump(),
            R"({"on":false,"depth":20,"rate":0.1,"root":"data","at":[1,2],)"
            R"("learning_rate":{"schedule":"steps","divide_by":10.0},"normalize":"none",)"
            R"("warmup":null})");
  options.depth = 56;
  options.late = 0.75;
  options.rate = 1.0 / 3;
  options.learning_rate.schedule = Smooth{0.25};
  options.normalize = {Kind::given, {0.1, 0.2}};
  options.warmup.emplace();
  const auto written = to_json(settings(), options);
  EXPECT_EQ(written["late"], 0.75);
  Options again;
  EXPECT_THAT(read(again, written.dump()), IsEmpty());
  EXPECT_EQ(again.rate, options.rate);
  EXPECT_EQ(to_json(settings(), again), written);
}

TEST(UnusedSettings, NotesTheSettingsThatTheObjectGives) {
  Options options;
  const auto object = Json::parse(R"({"hidden": 3, "rate": null, "warmup": {"rate": 0.5}})");
  std::vector<std::string> seen;
  const Places places = [&seen](std::string_view pointer) {
    return seen.emplace_back("x.json: " + std::string(pointer));
  };
  options.warmup.emplace();
  UnusedSettings unused;
  unused.note(settings(), options, object, "/o", places);
  EXPECT_THAT(seen,
              ElementsAre("x.json: /o/warmup", "x.json: /o/warmup/rate", "x.json: /o/hidden"));
  InputErrors errors;
  unused.report(errors);
  EXPECT_THAT(errors.lines(), ElementsAre("x.json: /o/hidden: has no effect: it is never used; "
                                          "expected a setting that a network uses"));
}

}  // namespace
}  // namespace reslab::app
