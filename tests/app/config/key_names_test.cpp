#include "app/config/key_names.h"

#include <gmock/gmock.h>

#include "app/config/experiment.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(KeyNames, OtherProgramsNamesAreUnderstood) {
  // The name, an object of the file that has it, and the hint.
  const std::tuple<std::string, std::string, std::string> table[] = {
      {"/recipe/lr", "0.1", ", did you mean 'learning_rate'?"},
      {"/lr", "0.1", ", did you mean '/recipe/learning_rate'?"},
      {"/recipe/batch_size", "8", ", did you mean 'batch'?"},
      {"/recipe/batchSize", "8", ", did you mean 'batch'?"},
      {"/recipe/max_epochs", "8", ", did you mean 'epochs'?"},
      {"/epochs", "8", "; it belongs at '/recipe/epochs'"},
      {"/recipe/warmup_epochs", "8",
       ", did you mean '/recipe/learning_rate/linear_warmup' ({\"iterations\": …})?"},
      {"/recipe/learning_rate", R"({"warmup_epochs": 8})",
       ", did you mean 'linear_warmup' ({\"iterations\": …})?"},
      {"/recipe/weight_decay", "0.1", "; it belongs at '/recipe/optimizer/weight_decay'"},
      {"/recipe/optimizer", R"({"lr": 0.1})", ", did you mean '/recipe/learning_rate'?"},
      {"/recipe/optimizer", R"({"label_smoothing": 0.1})",
       "; it belongs at '/recipe/label_smoothing'"},
      {"/recipe/scheduler", "\"cosine\"", ", did you mean '/recipe/learning_rate/schedule'?"},
      {"/recipe/learning_rate", R"({"milestones": [3]})",
       ", did you mean 'at' (in iterations unless \"unit\" is \"epochs\")?"},
      {"/recipe/learning_rate", R"({"gamma": 0.1})",
       ", did you mean 'divide_by' (10 for a factor of 0.1)?"},
      {"/seed", "1", ", did you mean 'seeds' (a list)?"},
      {"/data", R"({"val_split": 0.1})", ", did you mean 'validation' (a number of images)?"},
      {"/data", R"({"hflip": true})", ", did you mean '/data/augment/flip'?"},
      {"/gpus", "1", "; it is the option --device of the command"},
      {"/recipe/itertions", "5", ", did you mean 'iterations'?"}};
  for (const auto& [pointer, value, hint] : table) {
    auto file = Json::parse(R"({"name": "a", "networks": "resnet-20"})");
    const Json given = Json::parse(value);
    file[Json::json_pointer(pointer)] = given;
    const auto place = given.is_object() ? below(pointer, given.begin().key()) : pointer;
    EXPECT_THAT(refusal([&] { read_experiment(Document("x.json", file)); }),
                ElementsAre("x.json: " + place + ": unknown key" + hint))
        << pointer;
  }
}

TEST(KeyNames, OtherProgramsWordsAreUnderstood) {
  EXPECT_EQ(word_hint("bf16", {"auto", "float32", "bfloat16"}), ", did you mean 'bfloat16'?");
  EXPECT_EQ(word_hint("CosineAnnealingLR", {"steps", "cosine"}), ", did you mean 'cosine'?");
  EXPECT_EQ(word_hint("cosine_annealing", {"steps"}), "");
  EXPECT_EQ(word_hint("no word", {"steps"}), "");
}

/// A setting that was renamed would make a hint wrong.
TEST(KeyNames, HintsNameSettingsThatExist) {
  const auto exists = [](const std::string& pointer) {
    const auto& top = experiment_settings().list();
    const std::vector<Setting>* table = &top;
    Json::json_pointer rest(pointer);
    std::vector<std::string> keys;
    for (; !rest.empty(); rest.pop_back()) keys.insert(keys.begin(), rest.back());
    for (const auto& key : keys) {
      const auto found = std::ranges::find(*table, key, &Setting::name);
      if (found == table->end())
        return table == &top && (key == "networks" || key == "expect" || key == "extends");
      table = &found->members;
    }
    return true;
  };
  for (const auto& pointer : hinted_pointers()) EXPECT_TRUE(exists(pointer)) << pointer;
  EXPECT_GT(hinted_pointers().size(), 50U);
}

TEST(KeyNames, FindsTheSettingsOfAName) {
  EXPECT_THAT(pointers_of("lr"),
              ElementsAre("/recipe/learning_rate", "/recipe/learning_rate/start"));
  EXPECT_THAT(pointers_of("batch"), ElementsAre("/recipe/batch"));
  EXPECT_THAT(pointers_of("eps"), ElementsAre("/recipe/optimizer/eps", "/recipe/batch_norm/eps"));
  EXPECT_THAT(pointers_of("nonsense"), IsEmpty());
}

}  // namespace
}  // namespace reslab::app
