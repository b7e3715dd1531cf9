#include "app/report/evaluation_report.h"

#include <gmock/gmock.h>

namespace reslab::app {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

Evaluation three_classes() { return {{0.5, 30}, {{90, 7, 3}, {20, 1180, 0}, {0, 0, 0}}}; }

TEST(EvaluationReport, TellsEachClassItsErrorAndItsCommonestMistake) {
  const auto text = class_table(three_classes(), {"cat", "dog", "cow"}).text();
  EXPECT_THAT(text, HasSubstr("cat       100    10.00  dog (7)"));
  EXPECT_THAT(text, HasSubstr("dog     1,200     1.67  cat (20)"));
  EXPECT_THAT(text, Not(HasSubstr("cow")));  // no images of it
}

TEST(EvaluationReport, ShowsTheMatrixRowByRow) {
  const auto text = confusion_table(three_classes(), {"cat", "dog", "cow"}).text();
  EXPECT_THAT(text, HasSubstr("class ↓ predicted →  cat    dog  cow"));
  EXPECT_THAT(text, HasSubstr("cat                   90      7    3"));
  EXPECT_THAT(text, HasSubstr("dog                   20  1,180    0"));
}

TEST(EvaluationReport, OfManyClassesShowsTheCommonestConfusions) {
  Evaluation evaluation{{}, std::vector(30, std::vector<std::int64_t>(30, 0))};
  for (std::size_t i = 0; i < 30; ++i) evaluation.confusion[i][i] = 5;
  evaluation.confusion[3][4] = 2;
  evaluation.confusion[7][29] = 4;
  const auto text = confusion_table(evaluation, class_names({"zero"}, evaluation)).text();
  EXPECT_THAT(text, MatchesRegex("(.|\n)*images\n[^\n]*\n7 +29 +4\n3 +4 +2\n"));
}

TEST(EvaluationReport, JsonHasEveryClass) {
  const auto evaluation = three_classes();
  const auto list = class_results(evaluation, class_names({"cat"}, evaluation));
  ASSERT_EQ(list.size(), 3);
  EXPECT_EQ(list[0]["class"], "cat");
  EXPECT_EQ(list[1]["class"], "1");
  EXPECT_EQ(list[0]["images"], 100);
  EXPECT_DOUBLE_EQ(list[0]["error"].get<double>(), 10);
  EXPECT_TRUE(list[2]["error"].is_null());
}

}  // namespace
}  // namespace reslab::app
