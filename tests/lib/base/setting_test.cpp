#include "reslab/base/setting.h"

#include <gmock/gmock.h>

#include "reslab/base/error.h"

namespace reslab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

enum class Letter { a, b };

struct Everything {
  bool on = false;
  std::int64_t depth = 20;
  double rate = 0.1;
  std::string root = "data";
  Letter letter = Letter::a;
  std::vector<std::int64_t> steps = {1, 2};
  std::vector<double> mean = {0.5};
  bool present = false;
  std::vector<std::string> export_to;
};

Settings settings(Everything& all) {
  return {flag("on", "", all.on),
          integer("depth", "", all.depth, 1, 1024),
          number("rate", "", all.rate, 0, std::numeric_limits<double>::infinity()),
          text("root", "", all.root),
          choice<Letter>("letter", "", all.letter, {{"A", Letter::a}, {"B", Letter::b}}),
          integers("steps", "", all.steps, 0, 1e9),
          numbers("mean", "", all.mean, -1, 0.5),
          optional_group("warmup", "", all.present, [] { return Settings(); }),
          choices("export", "", all.export_to, {"onnx", "torchscript"})};
}

TEST(Setting, IsBoundToItsVariable) {
  Everything all;
  const auto list = settings(all);
  EXPECT_EQ(list[1].get(), SettingValue(std::int64_t{20}));
  EXPECT_EQ(list[4].get(), SettingValue(std::string("A")));
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
    list[i].set(values[i]);
    EXPECT_EQ(list[i].get(), values[i]) << list[i].name;
  }
  EXPECT_EQ(all.depth, 56);
  EXPECT_EQ(all.letter, Letter::b);
  EXPECT_THAT(all.steps, ElementsAre(7));
  EXPECT_TRUE(all.present);
}

TEST(Setting, SaysWhatItExpects) {
  Everything all;
  std::vector<std::string> lines;
  for (const auto& setting : settings(all)) lines.push_back(expected(setting));
  EXPECT_THAT(lines, ElementsAre("true or false", "an integer from 1 to 1024",
                                 "a number of at least 0", "a text", "one of 'A', 'B'",
                                 "a list of integers, each from 0 to 1000000000",
                                 "a list of numbers, each from -1 to 0.5", "an object or null",
                                 "a list of 'onnx', 'torchscript', each at most once"));
}

TEST(Setting, ComplainsAboutWrongValues) {
  Everything all;
  const auto list = settings(all);
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
    EXPECT_THAT(complaint(list[index], value).value_or("nothing"), HasSubstr(line));
}

TEST(Setting, TakesItsRangeIncludingTheEndsAndAnIntegerForANumber) {
  Everything all;
  const auto list = settings(all);
  EXPECT_EQ(complaint(list[1], std::int64_t{1}), std::nullopt);
  EXPECT_EQ(complaint(list[1], std::int64_t{1024}), std::nullopt);
  EXPECT_EQ(complaint(list[2], std::int64_t{3}), std::nullopt);
  EXPECT_EQ(complaint(list[6], std::vector<std::int64_t>{0, -1}), std::nullopt);
  EXPECT_EQ(converted(list[2], std::int64_t{3}), SettingValue(3.0));
  EXPECT_EQ(converted(list[6], std::vector<std::int64_t>{0}), SettingValue(std::vector<double>{0}));
}

TEST(Setting, GroupOfKindsTakesTheNamesOfItsKinds) {
  Setting schedule;
  schedule.name = "learning_rate";
  schedule.type = Setting::Type::group;
  schedule.kind_key = "schedule";
  schedule.choices = {"steps", "cosine"};
  EXPECT_EQ(complaint(schedule, std::string("cosine")), std::nullopt);
  EXPECT_THAT(complaint(schedule, std::string("cosin")).value_or(""),
              HasSubstr("did you mean 'cosine'?"));
  EXPECT_EQ(expected(schedule), "an object");
  schedule.text_is_kind = true;
  EXPECT_EQ(expected(schedule), "one of 'steps', 'cosine' or an object");
}

TEST(Setting, TextIsReadBackAsTheSameValue) {
  Everything all;
  const auto list = settings(all);
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
  Everything all;
  const auto list = settings(all);
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
