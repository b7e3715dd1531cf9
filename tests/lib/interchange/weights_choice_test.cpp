// Files with several sets of weights: the choice of one, and the names of its tensors.

#include "reslab/interchange/weights_choice.h"

#include <gmock/gmock.h>

#include "refusal.h"

namespace reslab {
namespace {

using testing::HasSubstr;

const std::vector<WeightEntry> kEntries = {{"conv1.weight", "F32", {16, 3, 3, 3}},
                                           {"bn1.weight", "F32", {16}},
                                           {"layer1.0.conv1.weight", "F32", {16, 16, 3, 3}},
                                           {"fc.weight", "F32", {10, 64}},
                                           {"fc.bias", "F32", {10}}};
const WantedWeights kWanted = {kEntries, "fc"};
const std::vector<std::string> kNames = {"conv1.weight", "bn1.weight", "layer1.0.conv1.weight",
                                         "fc.weight", "fc.bias"};

/// The entries with a prefix, for a network with `channels`.
std::vector<WeightEntry> prefixed(const std::string& prefix, std::int64_t channels = 16) {
  auto entries = kEntries;
  entries[0].shape[0] = channels;
  for (auto& entry : entries) entry.name.insert(0, prefix);
  return entries;
}

std::vector<WeightEntry> together(std::vector<WeightEntry> a, const std::vector<WeightEntry>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

WeightsChoice chosen(const std::vector<WeightsSet>& sets, const std::string& section = "") {
  return choose_weights(sets, section, kWanted, "w.pth");
}

std::string refused(const std::vector<WeightsSet>& sets, const std::string& section = "") {
  const auto lines = refusal([&] { chosen(sets, section); });
  EXPECT_EQ(lines.size(), 1);
  return lines.empty() ? "" : lines.front();
}

TEST(WeightsChoice, TakesTheSetThatFitsTheNetwork) {
  const std::vector<WeightsSet> sets = {{"model", prefixed("")},
                                        {"teacher", together(prefixed("", 64), prefixed("more."))}};
  const auto choice = chosen(sets);
  EXPECT_EQ(choice.set, 0);
  EXPECT_EQ(choice.note,
            "w.pth: used the weights 'model'; it also has 'teacher' (does not fit): "
            "choose with FILE:SECTION");
  // Averaged parameters without BatchNorm's statistics do not fit.
  auto parameters = prefixed("");
  parameters.erase(parameters.begin() + 1);
  const auto averaged = chosen({{"ema", parameters}, {"state_dict", prefixed("module.")}});
  EXPECT_EQ(averaged.set, 1);
  EXPECT_EQ(averaged.names, kNames);
  EXPECT_THAT(averaged.note,
              HasSubstr("used the weights 'state_dict'; it also has 'ema' (does not"));
}

TEST(WeightsChoice, PrefersAveragedWeightsThenTheUsualKeys) {
  const auto taken = [](const std::vector<std::string>& sections) {
    std::vector<WeightsSet> sets;
    for (const auto& section : sections) sets.push_back({section, prefixed("")});
    return sections[chosen(sets).set];
  };
  EXPECT_EQ(taken({"a", "net", "model", "state_dict"}), "state_dict");
  for (const std::string averaged :
       {"ema", "model_ema", "state_dict_ema", "ema.module", "swa_model"})
    EXPECT_EQ(taken({"state_dict", averaged}), averaged);
  EXPECT_EQ(taken({"teacher", "student"}), "teacher");
  // A network without its last layer gives way to a whole one.
  auto body = prefixed("");
  body.resize(3);
  EXPECT_EQ(chosen({{"ema", body}, {"model", prefixed("")}}).set, 1);
  EXPECT_EQ(chosen({{"ema", body}}).set, 0);
}

TEST(WeightsChoice, AnOptimizersTensorsAreNoWeightsWhateverTheirKeySays) {
  const auto is_refused = [](const std::string& section) {
    return !refusal([&] { chosen({{section, prefixed("")}}); }).empty();
  };
  for (const std::string section :
       {"optimizer", "optimizer.state.0", "optimizer_states.0.state.3", "optim", "opt.state.0",
        "anything.state.17", "base_optimizer.x", "optim_state"})
    EXPECT_TRUE(is_refused(section)) << section;
  for (const std::string section : {"model_optim", "optimal_state_dict", "state", "state.model"})
    EXPECT_FALSE(is_refused(section)) << section;
  EXPECT_THAT(chosen({{"model_optim", prefixed("")}, {"other", prefixed("")}}).note,
              HasSubstr("used the weights 'model_optim'; it also has 'other':"));
}

TEST(WeightsChoice, MentionsAListOfWeightsButNotOtherTensors) {
  const WeightsSet weights = {"model", prefixed("")};
  EXPECT_THAT(chosen({weights, {"ema.shadow_params", {}, 4}}).note,
              HasSubstr("'ema.shadow_params' (a list without names)"));
  EXPECT_EQ(chosen({weights, {"rng", {}, 1}}).note, "");
  EXPECT_EQ(chosen({{"", {{"epoch", "I64", {}}}}, weights}).note, "");
}

TEST(WeightsChoice, RemovesWrappersWhereThatIsUnambiguous) {
  auto parts = prefixed("backbone.");  // as MMPretrain writes them
  for (std::size_t i = 3; i < 5; ++i) parts[i].name = "head." + kNames[i];
  auto half = prefixed("");  // DistributedDataParallel around some of the layers
  for (std::size_t i = 0; i < 3; ++i) half[i].name = "module." + kNames[i];
  auto compiled = prefixed("");
  compiled[2].name = "layer1._orig_mod.0.conv1.weight";
  for (const auto& entries : {parts, half, compiled, prefixed("module._orig_mod."), prefixed("x.")})
    EXPECT_EQ(chosen({{"", entries}}).names, kNames);
}

TEST(WeightsChoice, PrefixesThatFitMustBeChosen) {
  const auto two = together(prefixed("student."), prefixed("teacher."));
  EXPECT_EQ(refused({{"state_dict", two}}),
            "w.pth: has weights of this network beside other tensors; expected FILE:SECTION: "
            "w.pth:student, w.pth:teacher");
  const auto loss = together(prefixed("model."), {{"criterion.weight", "F32", {10}}});
  EXPECT_THAT(refused({{"state_dict", loss}}), HasSubstr("expected FILE:SECTION: w.pth:model"));
  EXPECT_THAT(refused({{"state_dict", loss}, {"a", {{"b", "F32", {2}}}}}),
              HasSubstr("w.pth:state_dict.model"));
  for (const std::string section : {"model", "state_dict.model"}) {
    auto expected = kNames;
    expected.emplace_back();
    EXPECT_EQ(chosen({{"state_dict", loss}}, section).names, expected) << section;
  }
  // The same names with and without a prefix: neither is taken.
  EXPECT_THAT(refused({{"", together(prefixed("module."), prefixed(""))}}),
              HasSubstr("w.pth:module"));
  EXPECT_EQ(refused({{"state_dict", two}}, "nobody"),
            "w.pth: has no weights 'nobody'; it has 10 tensors at 'state_dict'");
}

TEST(WeightsChoice, WithoutANetworkTheLargeSetsCount) {
  const std::vector<WeightsSet> sets = {{"head", {{"w", "F32", {2}}}}, {"body", prefixed("a.b.")}};
  const auto choice = choose_weights(sets, "", {}, "w.pth");
  EXPECT_EQ(choice.set, 1);
  EXPECT_EQ(choice.names, kNames);
  EXPECT_EQ(choose_weights(sets, "head", {}, "w.pth").names, std::vector<std::string>{"w"});
}

}  // namespace
}  // namespace reslab
