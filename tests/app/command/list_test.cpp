#include "app/command/list.h"

#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>

#include "app/config/experiment.h"
#include "app/config/settings_reader.h"
#include "refusal.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(List, FitsIntoEightyColumns) {
  auto names = list_topics();
  names.emplace_back();
  for (const auto* setting : {"batch", "root", "start", "eps"}) names.emplace_back(setting);
  for (const auto& name : names) {
    const auto page = list_page(name);
    EXPECT_FALSE(page.empty()) << name;
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(text_width(line), 80) << line;
  }
}

TEST(List, BeginsWithOneScreen) { EXPECT_LE(std::ranges::count(list_page(""), '\n'), 24); }

/// Every setting of an experiment file is on some page.
void expect_listed(const std::vector<Setting>& table, const std::string& all) {
  for (const auto& setting : table) {
    if (setting.is_kind) continue;
    EXPECT_THAT(all, HasSubstr("\n  " + setting.name)) << setting.name;
    expect_listed(setting.members, all);
  }
}

TEST(List, HasEverySetting) {
  std::string all;
  for (const auto& name : list_topics()) all += "\n" + list_page(name);
  expect_listed(experiment_settings().list(), all);
  expect_listed(measure_settings().list(), all);
  for (const auto* key :
       {"extends", "networks", "vary", "expect", "above", "between", "gate_mean", "onnx"})
    EXPECT_THAT(all, HasSubstr(key));
}

TEST(List, ShowsOneSettingWhereverItIs) {
  EXPECT_THAT(list_page("batch"), AllOf(StartsWith("/recipe/batch\n"), HasSubstr("default 128")));
  EXPECT_THAT(list_page("eps"), AllOf(HasSubstr("/recipe/optimizer/eps (adamw)"),
                                      HasSubstr("/recipe/batch_norm/eps")));
  EXPECT_THAT(list_page("batch_size"), StartsWith("/recipe/batch\n"));
  EXPECT_THAT(list_page("/data/augment"), StartsWith("/data/augment: "));
}

TEST(List, RefusesOtherNames) {
  EXPECT_THAT(refusal([] { list_page("recpe"); }),
              ElementsAre("reslab list: no subject or setting is named 'recpe', did you mean "
                          "'recipe'?"));
  EXPECT_THAT(list_topics(), AllOf(Contains("learning_rate"), Not(Contains("network"))));
}

/// The file of the first page can be run.
TEST(List, ShowsAnExperimentFileThatIsValid) {
  const auto page = list_page("");
  const auto begin = page.find("  {\n");
  const auto file = Json::parse(page.substr(begin));
  EXPECT_EQ(read_experiment(Document("x.json", file)).runs.size(), 2U);
}

}  // namespace
}  // namespace reslab::app
