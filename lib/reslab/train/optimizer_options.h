#pragma once

#include "reslab/base/setting_rows.h"

namespace reslab {

/// The parameters with weight decay: all, as in the paper, or only the weights of convolutions and
/// linear layers.
enum class Decay { all, weights };

enum class OptimizerKind { sgd, muon, adamw };

/// How a gradient g changes the weights w at the rate r. A new kind is an entry in OptimizerKind
/// with its members and rows here, and its arithmetic in optimizer.cpp.
///
/// `sgd`: stochastic gradient descent with momentum as PyTorch defines it, v = m·v + (g + d·w) and
/// w -= r·v, or, by Nesterov, w -= r·(g + d·w + m·v).
///
/// `muon` (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon): the step of a
/// convolution is orthogonalized (train/muon.h), w -= c·r·(orthogonal(v) + e·w), with v of g alone
/// and Nesterov as above. This is PyTorch's Muon at the rate c·r with the weight decay e. `sgd`
/// changes all other parameters.
///
/// `adamw` (Loshchilov and Hutter 2019): PyTorch's AdamW with these betas and eps, and with
/// r·weight_decay·w subtracted from w before each step.
struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::sgd;
  double momentum = 0.9;  // m
  bool nesterov = false;
  double weight_decay = 1e-4;  // d
  Decay decay = Decay::all;
  double convolution_rate = 0.1;    // c
  double convolution_decay = 0.01;  // e
  std::vector<double> betas = {0.9, 0.999};
  double eps = 1e-8;
  double adamw_decay = 0.01;

  static Settings<OptimizerOptions> settings() {
    using Options = OptimizerOptions;
    return {
        kind_choice("name", &Options::kind,
                    {{"sgd", OptimizerKind::sgd},
                     {"muon", OptimizerKind::muon},
                     {"adamw", OptimizerKind::adamw}}),
        momentum_setting().only("sgd"),
        momentum_setting().only("muon"),
        nesterov_setting().only("sgd"),
        nesterov_setting().only("muon"),
        number("betas", "decay rates of the averages of the gradient and of its square",
               &Options::betas, 0, 0.999999)
            .of_length(2)
            .only("adamw"),
        number("eps", "added to the root of the average square", &Options::eps, 1e-16, 1)
            .only("adamw"),
        number("weight_decay", "factor of the learning rate by which a weight shrinks in each step",
               &Options::adamw_decay, 0, 10)
            .only("adamw"),
        number("weight_decay", "factor of a weight that is added to its gradient",
               &Options::weight_decay, 0, 1)
            .only("sgd"),
        number("weight_decay",
               "factor of a weight that is added to its gradient; convolutions use "
               "convolution_decay instead",
               &Options::weight_decay, 0, 1)
            .only("muon"),
        choice("decay",
               "which parameters decay: all, or only the weights of convolutions and linear layers",
               &Options::decay, {{"all", Decay::all}, {"weights", Decay::weights}}),
        number("convolution_rate", "factor of the learning rate for the weights of convolutions",
               &Options::convolution_rate, 0, 1e3)
            .only("muon"),
        number("convolution_decay",
               "factor of a convolution's weight that is added to its orthogonal step",
               &Options::convolution_decay, 0, 10)
            .only("muon"),
    };
  }
  bool operator==(const OptimizerOptions&) const = default;

 private:
  static SettingOf<OptimizerOptions> momentum_setting() {
    return number("momentum", "factor of the previous step v in v = momentum·v + gradient",
                  &OptimizerOptions::momentum, 0, 1);
  }
  static SettingOf<OptimizerOptions> nesterov_setting() {
    return flag("nesterov", "Nesterov momentum", &OptimizerOptions::nesterov);
  }
};

}  // namespace reslab
