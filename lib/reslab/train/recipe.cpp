#include "reslab/train/recipe.h"

namespace reslab {
namespace {

Settings optimizer_settings(OptimizerOptions& options) {
  const bool muon = options.kind == OptimizerKind::muon;
  Settings list = {
      number("momentum", "of v = momentum·v + gradient", options.momentum, 0, 1),
      flag("nesterov", "look ahead along the momentum", options.nesterov),
      number("weight_decay",
             muon ? "times the weight, added to its gradient; not of convolutions, see below"
                  : "times the weight, added to its gradient",
             options.weight_decay, 0, 1),
      choice("decay", "what decays: all parameters, or convolution and linear weights only",
             options.decay, {{"all", Decay::all}, {"weights", Decay::weights}}),
  };
  if (muon) {
    list.push_back(number("convolution_rate", "of convolutions' weights, times the learning rate",
                          options.convolution_rate, 0, 1e3));
    list.push_back(number("convolution_decay",
                          "times a convolution's weight, added to its orthogonal step",
                          options.convolution_decay, 0, 10));
  }
  return list;
}

Setting optimizer_setting(OptimizerOptions& options) {
  auto setting = group("optimizer",
                       "how a gradient changes the weights: sgd, or muon, which is sgd but for "
                       "convolutions, whose steps are orthogonal matrices",
                       [&options] { return optimizer_settings(options); });
  const auto kind = choice("name", "", options.kind,
                           {{"sgd", OptimizerKind::sgd}, {"muon", OptimizerKind::muon}});
  setting.kind_key = kind.name;
  setting.choices = kind.choices;
  setting.get = kind.get;
  setting.set = kind.set;
  return setting;
}

Settings warmup_settings(Warmup& warmup) {
  return {
      number("rate", "the rate at first", warmup.rate, 0, 1e3),
      number("until_train_error", "percent: a record below it ends the warm-up",
             warmup.until_train_error, 0, 100),
  };
}

Setting learning_rate_setting(LearningRate& rate) {
  auto setting = group("learning_rate", "the rate over the training", [&rate] {
    auto list = rate.schedule->settings();
    list.push_back(
        choice("unit", "what the schedule counts in", rate.unit,
               {{"iterations", ScheduleUnit::iterations}, {"epochs", ScheduleUnit::epochs}}));
    list.push_back(optional_group("warmup", "a lower rate until the network has begun to learn",
                                  rate.warmup.present,
                                  [&rate] { return warmup_settings(rate.warmup); }));
    return list;
  });
  setting.kind_key = "schedule";
  for (const auto& entry : schedules()) setting.choices.push_back(entry.name);
  setting.get = [&rate]() -> SettingValue { return rate.kind; };
  setting.set = [&rate](const SettingValue& value) {
    rate.kind = std::get<std::string>(value);
    for (const auto& entry : schedules())
      if (entry.name == rate.kind) rate.schedule = entry.make();
  };
  return setting;
}

}  // namespace

LearningRate::LearningRate()
    : kind(schedules().front().name), schedule(schedules().front().make()) {}

Settings settings(Recipe& recipe) {
  return {
      text("init",
           "what to start from: a file of weights (safetensors, or Python's .pth) or a run's "
           "directory; empty: random weights. The last layer stays random where the classes differ",
           recipe.init),
      integer("iterations", "training steps", recipe.iterations, 1, 1e9),
      integer("batch", "images in a step", recipe.batch, 2, 65536),
      integer("micro_batch",
              "images that go through the network together, which is what BatchNorm sees; the "
              "gradients of a batch are summed; 0: the whole batch",
              recipe.micro_batch, 0, 65536),
      choice("precision",
             "of convolutions and activations; auto: bfloat16 on a GPU and on a processor that "
             "multiplies matrices of it, else float32",
             recipe.precision,
             {{"auto", Precision::automatic},
              {"float32", Precision::float32},
              {"bfloat16", Precision::bfloat16}}),
      choice("kernels",
             "what computes on a processor: 3x3 convolutions by Winograd's algorithm (in float32), "
             "fused with BatchNorm and ReLU; or LibTorch's operators one by one",
             recipe.kernels, {{"fused", Kernels::fused}, {"aten", Kernels::aten}}),
      optimizer_setting(recipe.optimizer),
      learning_rate_setting(recipe.learning_rate),
      group("batch_norm", "BatchNorm's own settings",
            [&recipe]() -> Settings {
              return {number("momentum", "weight of the newest batch in the running averages",
                             recipe.batch_norm.momentum, 0, 1),
                      number("eps", "added to the variance", recipe.batch_norm.eps, 1e-12, 1)};
            }),
      integer("record_every", "iterations from one row of metrics.csv to the next",
              recipe.record_every, 1, 1e9),
      integer("evaluate_every", "iterations from one evaluation to the next; also at the end",
              recipe.evaluate_every, 1, 1e9),
  };
}

}  // namespace reslab
