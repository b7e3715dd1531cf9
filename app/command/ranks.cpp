#include "app/command/ranks.h"

#include <algorithm>
#include <cstdint>
#include <memory>

#include <fmt/format.h>

#include "app/command/loaded_runs.h"
#include "app/config/input_errors.h"
#include "app/config/run_identity.h"
#include "app/runs/data_files.h"
#include "app/runs/environment.h"
#include "app/runs/mpi_group.h"
#include "app/runs/rank_checks.h"
#include "reslab/base/error.h"
#include "reslab/ranks/collectives.h"

namespace reslab::app {
namespace {

constexpr auto kUnlimited = RankGroup::Patience::unlimited;

/// The facts that must be equal on all ranks, because results depend on them.
Json facts_of(const std::vector<CheckedExperiment>& experiments, const ComputeOptions& compute) {
  const auto environment = read_environment();
  Json facts = {{"reslab", environment.version + " " + environment.source},
                {"libtorch", environment.torch},
                {"instructions", environment.instructions},
                {"threads", compute.threads},
                {"device", compute.device.is_cpu() ? "cpu" : "cuda"}};
  for (const auto& checked : experiments) {
    auto& of_experiment = facts[checked.experiment.name];
    for (const auto run : checked.runs) {
      const auto& plan = checked.experiment.runs[run];
      of_experiment[fmt::format("{} seed {}", plan.name, plan.seed)] = identity(plan);
    }
    for (const auto& group : checked.data)
      of_experiment["data_files"].push_back(
          data_files(checked.experiment.runs[group.runs.front()].data));
  }
  return facts;
}

void check_parts(const std::vector<CheckedExperiment>& experiments, int ranks) {
  InputErrors errors;
  for (const auto& checked : experiments)
    for (const auto run : checked.runs) {
      const auto& plan = checked.experiment.runs[run];
      const auto parts = plan.recipe.parts;  // a power of two
      if (parts % ranks == 0) continue;
      errors.add(checked.experiment.file,
                 fmt::format("{}: {} ranks cannot share the {} parts of a batch; expected a power "
                             "of two up to {}, or larger parts in the recipe",
                             plan.name, ranks, parts, parts));
    }
  errors.raise();
}

RunsOfData& group_of(CheckedExperiment& checked, std::size_t run) {
  return *std::ranges::find_if(checked.data, [run](const RunsOfData& group) {
    return std::ranges::find(group.runs, run) != group.runs.end();
  });
}

}  // namespace

std::chrono::seconds rank_timeout(const cxxopts::ParseResult& given) {
  return std::chrono::seconds(integer_of(given, "rank-timeout", 1, 86400));
}

std::unique_ptr<RankGroup> join_ranks(const cxxopts::ParseResult& given) {
  auto ranks = mpi_group(rank_timeout(given));
  if (ranks && given.count("jobs") > 0)
    throw InvalidInput(
        "--jobs: this process is one of several ranks; expected either --jobs or mpirun");
  return ranks;
}

void check_ranks(RankGroup* ranks, const std::vector<CheckedExperiment>& experiments,
                 const ComputeOptions& compute) {
  if (size_of(ranks) == 1) return;
  require_equal(*ranks, facts_of(experiments, compute));
  check_parts(experiments, ranks->size());
}

void announce_run(RankGroup* ranks, std::size_t experiment, std::size_t run) {
  if (size_of(ranks) == 1) return;
  const Json order = {{"experiment", experiment}, {"run", run}};
  broadcast_text(*ranks, compact(order), kUnlimited);
}

void announce_end(RankGroup* ranks, int exit_code) {
  if (size_of(ranks) == 1) return;
  broadcast_text(*ranks, compact({{"exit_code", exit_code}}), kUnlimited);
}

int follow_first_rank(std::vector<CheckedExperiment>& experiments, const ComputeOptions& compute,
                      RankGroup& ranks) {
  std::unique_ptr<LoadedRuns> loaded;
  const RunsOfData* loaded_group = nullptr;
  for (;;) {
    const auto order = Json::parse(broadcast_text(ranks, "", kUnlimited));
    if (order.contains("exit_code")) return order["exit_code"];
    auto& checked = experiments.at(order["experiment"]);
    const std::size_t run = order["run"];
    auto& group = group_of(checked, run);
    if (loaded_group != &group) {
      loaded.reset();  // frees the images first
      loaded = std::make_unique<LoadedRuns>(checked, group, compute, &ranks);
      loaded_group = &group;
    }
    run_one(loaded->context(run), run, 0, 0);
  }
}

}  // namespace reslab::app
