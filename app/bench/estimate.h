#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "app/config/experiment.h"
#include "reslab/data/source.h"
#include "reslab/model/network_counts.h"

namespace reslab::app {

/// Multiply-adds per second. A training step counts three forward passes: a backward pass costs as
/// much as two.
struct ComputeRate {
  double training = 0;
  double evaluation = 0;
};

/// The rate at which the machine trains a network with this many multiply-adds per image, or
/// nothing if it is unknown.
using KnownRate = std::function<std::optional<ComputeRate>(const RunPlan&, std::int64_t macs)>;

/// The network that `reslab check --time` trains: a small one of the CIFAR family.
NetworkSpec measured_network();

/// Estimates the memory of a process that trains the run on a CPU, in bytes: its images, the
/// layers' results that the backward pass needs, and LibTorch. For ResNet-20 and ResNet-56 on
/// CIFAR-10 the estimate is within a tenth of what was measured.
double training_memory(const RunPlan& plan, const DataOutline& outline);

/// The number of multiply-adds of a run's training steps and evaluations.
double run_macs(const RunPlan& plan, const DataOutline& outline);

/// The cost of one run.
struct RunCost {
  NetworkCounts network;
  double evaluated_images = 0;        // in all evaluations together
  std::optional<double> training;     // seconds; nothing if the rate is unknown
  std::optional<double> evaluations;  // seconds
};

/// Estimates the cost of each run of an experiment, in the order of its runs. If the data are
/// missing, the evaluations are not counted.
std::vector<RunCost> estimate(const Experiment& experiment, const KnownRate& known);

}  // namespace reslab::app
