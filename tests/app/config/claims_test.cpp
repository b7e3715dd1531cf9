#include "app/config/claims.h"

#include <gmock/gmock.h>

#include "folder.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using Relation = Expectation::Relation;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Claims, ReadBackAsWritten) {
  const Folder folder;
  const Measure deep = {"plain-56", "train_error", 400, {}};
  const Measure shallow = {"plain-20", "train_error", {}, 0.25};
  const Claims written = {"name <&>",
                          "why\nso",
                          {1, 7},
                          {{"a", deep, Relation::above, shallow, 0, 0, -2.5, {}},
                           {"b", deep, Relation::below, {}, 20, 0, {}, 1.5},
                           {"c", shallow, Relation::between, {}, 6.2, 8.4, {}, 6.97}}};
  write_claims(folder / "runs/e", written);
  const auto read = read_claims(folder / "runs/e");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, written);
}

TEST(Claims, AreNothingWithoutAFileAndRefusedWhenDamaged) {
  const Folder folder;
  EXPECT_FALSE(read_claims(folder / ""));
  folder.write("experiment.json", "[]");
  EXPECT_THAT(refusal([&] { read_claims(folder / ""); }),
              ElementsAre(HasSubstr("experiment.json: got []")));
  folder.write("experiment.json", R"({"name": 3, "seeds": [], "expect": [{}], "x": 1})");
  EXPECT_THAT(refusal([&] { read_claims(folder / ""); }),
              testing::IsSupersetOf({HasSubstr("/name: got 3"), HasSubstr("/x: unknown key"),
                                     HasSubstr("/expect/0: missing key 'claim'"),
                                     HasSubstr("/seeds: expected at least one seed")}));
}

}  // namespace
}  // namespace reslab::app
