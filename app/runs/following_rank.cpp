#include "app/runs/following_rank.h"

#include <fmt/format.h>

#include "app/runs/rank_checks.h"
#include "reslab/ranks/collectives.h"
#include "reslab/train/trainer.h"

namespace reslab::app {
namespace {

constexpr auto kTrains = "trains";

RunOutcome train_with_others(const RunContext& context, const RunPlan& plan) {
  const auto seed = static_cast<std::uint64_t>(plan.seed);
  Trainer trainer(make_network(plan.network, seed, plan.recipe.batch_norm), context.data,
                  context.transform, plan.recipe, seed, context.device, context.ranks);
  trainer.measure_layers(diagnostics_options(context.experiment.diagnostics));
  trainer.follow_first_rank();
  try {
    while (!trainer.done()) {
      trainer.advance(context.stop && context.stop());
      if (trainer.stopped()) return RunOutcome::interrupted;
    }
    // Rank 0 then needs the evaluation for its pictures.
    if (trainer.last_test().images.empty()) trainer.evaluate_test();
  } catch (const Diverged&) {  // on every rank
    return RunOutcome::failed;
  }
  return RunOutcome::finished;
}

}  // namespace

void tell_ranks(RankGroup* group, std::optional<RunOutcome> outcome) {
  if (size_of(group) == 1) return;
  broadcast_text(*group, outcome ? std::to_string(static_cast<int>(*outcome)) : kTrains,
                 RankGroup::Patience::unlimited);
}

RunOutcome follow_run(const RunContext& context, const RunPlan& plan) {
  try {
    const auto told = broadcast_text(*context.ranks, "", RankGroup::Patience::unlimited);
    if (told != kTrains) return static_cast<RunOutcome>(std::stoi(told));
    return train_with_others(context, plan);
  } catch (const std::exception& error) {
    end_all_after(context.ranks, fmt::format("{} seed {}", plan.name, plan.seed), error);
    throw;
  }
}

}  // namespace reslab::app
