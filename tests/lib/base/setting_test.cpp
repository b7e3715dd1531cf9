#include "reslab/base/setting.h"

#include <gmock/gmock.h>

#include "reslab/base/error.h"
#include "reslab/base/setting_rows.h"

namespace reslab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

enum class Letter { a, b };

struct SlowStart {
  double rate = 0.01;
};

struct Everything {
  bool on = false;
  std::int64_t depth = 20;
  double rate = 0.1;
  std::string root = "data";
  Letter letter = Letter::a;
  std::vector<std::int64_t> steps = {1, 2};
  std::vector<double> mean = {0.5};
  std::optional<SlowStart> warmup;
  std::vector<std::string> export_to;
};

const Settings<Everything>& settings() {
  using All = Everything;
  static const Settings<All> table = {
      flag("on", "", &All::on),
      number("depth", "", &All::depth, 1, 1024),
      number("rate", "", &All::rate, 0, std::numeric_limits<double>::infinity()),
      text("root", "", &All::root),
      choice("letter", "", &All::letter, {{"A", Letter::a}, {"B", Letter::b}}),
      number("steps", "", &All::steps, 0, 1e9),
      number("mean", "", &All::mean, -1, 0.5),
      optional_group("warmup", "", &All::warmup,
                     Settings<SlowStart>{number("rate", "", &SlowStart::rate, 0, 1)}),
      choices("export", "", &All::export_to, {"onnx", "torchscript"})};
  return table;
}

TEST(Setting, ReadsAndWritesItsMember) {
  Everything all;
  const auto& list = settings().list();
  EXPECT_EQ(settings().get(list[1], all), SettingValue(std::int64_t{20}));
  EXPECT_EQ(settings().get(list[4], all), SettingValue(std::string("A")));
  const SettingValue values[] = {true,
                                 std::int64_t{56},
                                 0.5,
                                 std::string("x"),
                                 std::string("B"),
                                 std::vector<std::int64_t>{7},
                                 std::vector<double>{},
                                 true,
                                 std::vector<std::string>{"onnx"}};
  for (std::size_t i = 0; i < list.size(); ++i) {
    EXPECT_EQ(settings().get(list[i], Everything()), list[i].initial) << list[i].name;
    settings().set(list[i], all, values[i]);
    EXPECT_EQ(settings().get(list[i], all), values[i]) << list[i].name;
  }
  EXPECT_EQ(all.depth, 56);
  EXPECT_EQ(all.letter, Letter::b);
  EXPECT_THAT(all.steps, ElementsAre(7));
  EXPECT_TRUE(all.warmup);
}

TEST(Setting, InAGroupTakesTheObjectOfTheGroup) {
  Everything all;
  const auto& group = *settings().find("warmup");
  const auto& rate = group.members.front();
  EXPECT_EQ(rate.initial, SettingValue(0.01));
  settings().set(group, all, true);
  settings().set(rate, all, 0.5);
  EXPECT_EQ(all.warmup->rate, 0.5);
  settings().set(group, all, true);  // keeps what is there
  EXPECT_EQ(settings().get(rate, all), SettingValue(0.5));
  settings().set(group, all, false);
  EXPECT_FALSE(all.warmup);
}

TEST(Setting, SaysWhyItHasNoEffectAndChangesWhatFollows) {
  const Settings<Everything> table = {
      number("depth", "", &Everything::depth, 1, 9)
          .used_if([](const Everything& all) { return all.on; }, "it is off")
          .then([](Everything& all) { all.rate = 0.25; })};
  Everything all;
  const auto& depth = table.list().front();
  EXPECT_EQ(table.unused(depth, all), "it is off");
  all.on = true;
  EXPECT_EQ(table.unused(depth, all), "");
  table.set(depth, all, std::int64_t{3});
  EXPECT_EQ(all.rate, 0.25);
}

TEST(Setting, SaysWhatItExpects) {
  std::vector<std::string> lines;
  for (const auto& setting : settings()) lines.push_back(expected(setting));
  EXPECT_THAT(lines, ElementsAre("true or false", "an integer from 1 to 1024",
                                 "a number of at least 0", "a text", "one of 'A', 'B'",
                                 "a list of integers, each from 0 to 1000000000",
                                 "a list of numbers, each from -1 to 0.5", "an object or null",
                                 "a list of 'onnx', 'torchscript', each at most once"));
}

TEST(Setting, SaysWhatIsWrongWithAValue) {
  const auto& list = settings().list();
  const std::int64_t zero = 0;
  const std::tuple<std::size_t, SettingValue, std::string> table[] = {
      {0, zero, "got 0, expected true or false"},
      {1, zero, "got 0, expected an integer from 1 to 1024"},
      {1, std::int64_t{1025}, "got 1025, expected an integer from 1 to 1024"},
      {1, 20.0, "got 20.0, expected an integer from 1 to 1024"},
      {1, true, "got true, expected an integer from 1 to 1024"},
      {2, -0.5, "got -0.5, expected a number of at least 0"},
      {2, std::numeric_limits<double>::infinity(), "got inf, expected a number of at least 0"},
      {2, std::nan(""), "got nan, expected a number of at least 0"},
      {3, zero, "got 0, expected a text"},
      {4, std::string("a"), "got 'a', expected one of 'A', 'B', did you mean 'A'?"},
      {5, std::vector<double>{1, 0.5}, "got [1,0.5], expected a list of integers, each from 0"},
      {5, zero, "got 0, expected a list of integers, each from 0 to 1000000000"},
      {6, std::vector<double>{0.25, 0.75}, "got [0.25,0.75], expected a list of numbers, each"},
      {7, std::string("x"), "got 'x', expected an object or null"},
      {8, std::vector<std::string>{"onx"}, "got [\"onx\"], expected a list of 'onnx'"},
      {8, std::vector<std::string>{"onnx", "onnx"}, "each at most once"},
      {8, std::string("onnx"), "got 'onnx', expected a list of"}};
  for (const auto& [index, value, line] : table)
    EXPECT_THAT(error_of(list[index], value).value_or("nothing"), HasSubstr(line));
}

TEST(Setting, OfAListMayHaveALength) {
  const Setting pair = number<Everything>("mean", "", &Everything::mean, 0, 1).of_length(2);
  EXPECT_EQ(error_of(pair, std::vector<double>{0.25, 1}), std::nullopt);
  EXPECT_EQ(error_of(pair, std::vector<std::int64_t>{0, 1}), std::nullopt);
  EXPECT_EQ(error_of(pair, std::vector<double>{0.25}),
            "got [0.25], expected a list of 2 numbers, each from 0 to 1");
  EXPECT_NE(error_of(pair, std::vector<double>{0, 0.5, 1}), std::nullopt);
}

TEST(Setting, TakesItsRangeIncludingTheEndsAndAnIntegerForANumber) {
  const auto& list = settings().list();
  EXPECT_EQ(error_of(list[1], std::int64_t{1}), std::nullopt);
  EXPECT_EQ(error_of(list[1], std::int64_t{1024}), std::nullopt);
  EXPECT_EQ(error_of(list[2], std::int64_t{3}), std::nullopt);
  EXPECT_EQ(error_of(list[6], std::vector<std::int64_t>{0, -1}), std::nullopt);
  EXPECT_EQ(converted(list[2], std::int64_t{3}), SettingValue(3.0));
  EXPECT_EQ(converted(list[6], std::vector<std::int64_t>{0}), SettingValue(std::vector<double>{0}));
}

struct Stepwise {
  static constexpr const char* kName = "steps";
  double start = 0.1;
  static Settings<Stepwise> settings() { return {number("start", "", &Stepwise::start, 0, 1)}; }
};

struct Smooth {
  static constexpr const char* kName = "cosine";
  double end = 0.2;
  static Settings<Smooth> settings() { return {number("end", "", &Smooth::end, 0, 1)}; }
};

struct Rates {
  std::variant<Stepwise, Smooth> schedule;
};

TEST(Setting, OfOneKindExistsInValuesOfThatKindOnly) {
  const auto table = kinds("schedule", &Rates::schedule);
  const auto& kind = *kind_row(table.list());
  EXPECT_THAT(kind.choices, ElementsAre("steps", "cosine"));
  EXPECT_THAT(error_of(kind, std::string("cosin")).value_or(""),
              HasSubstr("did you mean 'cosine'?"));
  Rates rate;
  EXPECT_EQ(rows_of(table.list(), &rate).front()->name, "start");
  table.set(kind, rate, std::string("cosine"));
  EXPECT_EQ(table.get(kind, rate), SettingValue(std::string("cosine")));
  const auto rows = rows_of(table.list(), &rate);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front()->name, "end");
  EXPECT_EQ(rows.front()->initial, SettingValue(0.2));
  table.set(*rows.front(), rate, 0.5);
  EXPECT_EQ(std::get<Smooth>(rate.schedule).end, 0.5);
}

TEST(Setting, GroupOfKindsMayTakeABareName) {
  struct Owner {
    Rates rate;
  };
  auto schedule = group("rate", "", &Owner::rate, kinds("schedule", &Rates::schedule));
  EXPECT_EQ(expected(schedule), "an object");
  schedule.kind_without_word = "steps";
  EXPECT_EQ(expected(schedule), "one of 'steps', 'cosine' or an object");
}

TEST(Setting, AGroupMayTakeTheValueOfOneMember) {
  struct Owner {
    Rates rate;
  };
  const Settings<Owner> table = {
      group("word", "", &Owner::rate, kinds("schedule", &Rates::schedule)).or_bare("schedule"),
      group("number", "", &Owner::rate, kinds("schedule", &Rates::schedule))
          .or_bare("end", "cosine")};
  const auto& [word, number] = std::tie(table.list()[0], table.list()[1]);
  EXPECT_EQ(bare_member(word)->name, "schedule");
  EXPECT_EQ(expected(word), "one of 'steps', 'cosine' or an object");
  EXPECT_EQ(bare_member(number)->name, "end");
  EXPECT_THAT(expected(number), testing::EndsWith(" or an object"));
  EXPECT_EQ(bare_member(word.members.front()), nullptr);
}

TEST(Setting, TextIsReadBackAsTheSameValue) {
  const auto& list = settings().list();
  const std::pair<std::size_t, SettingValue> table[] = {{0, true},
                                                        {0, false},
                                                        {1, std::int64_t{110}},
                                                        {2, 0.1},
                                                        {2, 1e-7},
                                                        {2, 1.0 / 3},
                                                        {2, 64000.0},
                                                        {3, std::string("some/where")},
                                                        {3, std::string()},
                                                        {4, std::string("B")},
                                                        {5, std::vector<std::int64_t>{16, 32, 64}},
                                                        {5, std::vector<std::int64_t>{}},
                                                        {6, std::vector<double>{-0.5, 0.1}},
                                                        {8, std::vector<std::string>{}},
                                                        {8, std::vector<std::string>{"onnx"}}};
  for (const auto& [index, value] : table)
    EXPECT_EQ(parse_value(list[index], to_text(value)), value) << to_text(value);
}

TEST(Setting, NumbersAreWrittenShortAndExact) {
  EXPECT_EQ(to_text(0.1), "0.1");
  EXPECT_EQ(to_text(-3.0), "-3");
  EXPECT_EQ(to_text(1e-4), "0.0001");
  EXPECT_EQ(to_text(64000.0), "64000");
  EXPECT_EQ(to_text(std::vector<double>{0.5, 2}), "0.5,2");
}

TEST(Setting, RefusesTextThatIsNotAValue) {
  const auto& list = settings().list();
  const std::pair<std::size_t, std::string> table[] = {
      {0, "yes"}, {1, ""},    {1, "20.5"}, {1, "20x"},  {1, "99999999999999999999"},
      {2, "abc"}, {2, "nan"}, {4, "a"},    {5, "1,,2"}, {5, "1,2,"},
      {5, "1.5"}, {6, "0;1"}, {7, "true"}};
  for (const auto& [index, written] : table) try {
      parse_value(list[index], written);
      ADD_FAILURE() << list[index].name << " took " << written;
    } catch (const InvalidInput& error) {
      EXPECT_THAT(error.what(), HasSubstr(list[index].name + ": got '" + written + "', expected"));
    }
}

}  // namespace
}  // namespace reslab
