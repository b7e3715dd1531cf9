#include "reslab/train/trainer.h"

#include <array>
#include <cmath>
#include <functional>
#include <unordered_map>
#include <utility>

#include <torch/torch.h>

#include "reslab/base/error.h"
#include "reslab/base/memory.h"
#include "reslab/base/random.h"
#include "reslab/model/observer.h"
#include "reslab/ranks/collectives.h"
#include "reslab/train/diagnostics.h"
#include "reslab/train/evaluation.h"
#include "reslab/train/mixup.h"
#include "reslab/train/stopwatch.h"
#include "reslab/train/tensor_exchange.h"

namespace reslab {
namespace {

constexpr std::uint64_t kMixupKey = 3;  // separates these random numbers from those of batches

/// Thrown before the optimizer changes the weights.
struct LossNotFinite {};

/// Finds the layer whose output is the first that is not finite.
class FiniteProbe : public Observer {
 public:
  explicit FiniteProbe(const Network& network) {
    for (const auto& entry : network.named_modules("", false))
      names_[entry.value().get()] = entry.key();
  }

  void response(const torch::nn::Module& norm, const std::function<at::Tensor()>& y) override {
    if (found_) return;
    const torch::NoGradGuard no_grad;
    last_ = names_[&norm];
    found_ = !y().isfinite().all().item<bool>();
  }

  std::string where() const {
    if (last_.empty()) return "";
    return found_ ? "the first such output is that of " + last_
                  : "the outputs of all layers up to " + last_ + " are finite";
  }

 private:
  std::unordered_map<const torch::nn::Module*, std::string> names_;
  std::string last_;  // the layer that was seen last
  bool found_ = false;
};

/// Repeats forward passes that gave values which are not finite, and says where these begin.
template <class Action>
std::string first_not_finite(const Network& network, const Action& repeat) {
  FiniteProbe probe(network);
  const ObserverScope scope(probe);
  repeat();
  return probe.where();
}

}  // namespace

Diverged::Diverged(const std::string& what, std::int64_t iteration, const std::string& where)
    : std::runtime_error(what + " not finite at iteration " + std::to_string(iteration) +
                         (where.empty() ? "" : "; " + where)) {}

Trainer::Trainer(std::shared_ptr<Network> network, DataSet data, Transform transform, Recipe recipe,
                 std::uint64_t seed, at::Device device, RankGroup* group)
    : data_(std::move(data)),
      transform_(std::move(transform)),
      recipe_(resolved(std::move(recipe), data_.train->size())),
      seed_(seed),
      group_(group),
      step_(std::move(network), recipe_,
            {resolve(recipe_.precision, device), recipe_.kernels, device}, group) {
  state_.seed = static_cast<std::int64_t>(seed);
  state_.warming_up = recipe_.learning_rate.warmup.has_value();
  // cuDNN's other algorithms give other bits each time.
  if (device.is_cuda()) at::globalContext().setDeterministicCuDNN(true);
}

std::optional<Score> Trainer::window() const {
  const auto& window = state_.window;
  if (window.images == 0) return std::nullopt;
  const auto images = static_cast<double>(window.images);
  return Score{window.loss / images, 100 * static_cast<double>(window.wrong) / images};
}

double Trainer::images_per_second_since(const Mark& mark) const {
  const auto images = static_cast<double>((state_.iteration - mark.iteration) * recipe_.batch);
  return images == 0 ? 0 : images / (state_.seconds - mark.seconds);
}

std::optional<Record> Trainer::advance(bool stop) {
  {
    const Stopwatch watch(state_.seconds);
    step(stop);
  }
  if (!record_due(recipe_, state_.iteration)) return std::nullopt;
  return make_record();
}

Batch Trainer::next_batch() {
  if (!batches_) {
    const auto device = step_.execution().device;
    batches_.emplace(*data_.train, transform_, seed_, recipe_.batch, state_.iteration,
                     device.is_cpu() ? std::nullopt : std::optional(device), recipe_.sampler,
                     step_.share());
  }
  const Stopwatch watch(timing_.waiting);
  auto batch = batches_->next();
  timing_.assembling += batches_->take_seconds_assembling();
  return batch;
}

/// Reading the sums, and measuring layers, are the only places where the loop waits for the device.
void Trainer::step(bool stop) {
  learning_rate_ = next_rate();
  const auto mixup_weight =
      recipe_.mixup_alpha > 0
          ? draw_mixup_weight(recipe_.mixup_alpha,
                              {seed_, kMixupKey, static_cast<std::uint64_t>(state_.iteration)})
          : 1;
  step_.load(next_batch(), learning_rate_, mixup_weight);
  const auto number = state_.iteration + 1;
  seed_network();
  std::optional<LayerProbe> probe;
  if (diagnostics_.any() && record_due(recipe_, number))
    probe.emplace(step_.network(), diagnostics_);
  // A GPU would have to be waited for before the optimizer's step; there the loss is checked after
  // it.
  const bool checks_first = step_.execution().device.is_cpu();
  StepSums sums;
  const auto hook = [&](const auto&) {
    if (checks_first) {
      sums = step_sums(stop);
      if (!std::isfinite(sums.loss)) throw LossNotFinite();
    }
    if (probe) layers_ = probe->read(number, group_);
  };
  const auto run = [&](Observer* observer) {
    try {
      step_.run(hook, observer);
      return true;
    } catch (const LossNotFinite&) {
      return false;
    }
  };
  constexpr auto kLoss = "the training loss is";
  if (!run(probe ? &*probe : nullptr))
    throw Diverged(kLoss, number, first_not_finite(step_.network(), [&] {
                     seed_network();
                     run(nullptr);
                   }));
  if (probe) timing_.diagnostics += probe->take_seconds();
  if (!checks_first) sums = step_sums(stop);
  if (!std::isfinite(sums.loss)) throw Diverged(kLoss, number, "");
  stopped_ = sums.stops > 0;
  state_.window.loss += sums.loss;
  state_.window.wrong += static_cast<std::int64_t>(sums.wrong);
  state_.window.images += recipe_.batch;
  state_.iteration = number;
}

/// Seeds the network's own random numbers, such as those of dropout, for the next step.
void Trainer::seed_network() {
  if (is_random(step_.network().spec())) step_.draw_by(seed_, state_.iteration);
}

/// Reads the sums of the step and adds them over the ranks. `stop`: whether this rank wants to
/// stop.
Trainer::StepSums Trainer::step_sums(bool stop) {
  const auto read = step_.sums().cpu();
  std::array<double, 3> sums = {read[0].item<double>(), read[1].item<double>(), stop ? 1.0 : 0.0};
  if (group_ != nullptr) sum_over_ranks(*group_, std::span<double>(sums));
  return {sums[0], sums[1], sums[2]};
}

double Trainer::next_rate() const {
  const auto& warmup = recipe_.learning_rate.linear_warmup;
  return scheduled_rate() * (warmup ? warmup->factor(state_.iteration) : 1);
}

double Trainer::scheduled_rate() const {
  const auto& rate = recipe_.learning_rate;
  if (state_.warming_up) return rate.warmup->rate;
  const auto position = static_cast<double>(state_.iteration);
  const auto length = static_cast<double>(recipe_.iterations);
  const auto plateaus = state_.plateau.plateaus;
  if (rate.unit == ScheduleUnit::iterations)
    return reslab::rate(rate.schedule, {position, length, plateaus});
  const auto epochs = static_cast<double>(recipe_.batch) / static_cast<double>(data_.train->size());
  return reslab::rate(rate.schedule, {std::floor(position * epochs), length * epochs, plateaus});
}

Record Trainer::make_record() {
  Record record;
  record.iteration = state_.iteration;
  record.epoch = static_cast<double>(state_.iteration * recipe_.batch) /
                 static_cast<double>(data_.train->size());
  record.learning_rate = learning_rate_;
  record.train = *window();
  state_.window = {};
  improved_ = false;
  if (state_.warming_up && record.train.error < recipe_.learning_rate.warmup->until_train_error)
    state_.warming_up = false;
  if (state_.iteration % recipe_.evaluate_every == 0 || done()) evaluate_now(record);
  return record;
}

void Trainer::evaluate_now(Record& record) {
  const Stopwatch watch(timing_.evaluation);
  const AverageScope averaged(step_.average());
  if (data_.validation) {
    record.validation = measured(*data_.validation).score;
    improved_ = record.validation->error < state_.best_validation_error;
    if (improved_) state_.best_validation_error = record.validation->error;
  }
  last_test_ = measured(*data_.test);
  record.test = last_test_.score;
  if (const auto* rule = std::get_if<Plateau>(&recipe_.learning_rate.schedule))
    state_.plateau.note((record.validation ? *record.validation : record.train).error, *rule);
}

Evaluation Trainer::evaluate_test() {
  const AverageScope averaged(step_.average());
  return measured(*data_.test);
}

Evaluation Trainer::measured(const Images& images) {
  const auto measure = [&] {
    return evaluate(step_.network(), images, transform_, step_.execution(), group_);
  };
  auto evaluation = measure();
  if (!std::isfinite(evaluation.score.loss))
    throw Diverged("the network's outputs in the evaluation are", state_.iteration,
                   first_not_finite(step_.network(), measure));
  return evaluation;
}

NamedTensors Trainer::weights() {
  auto* average = step_.average();
  return average ? average->state() : state_of(step_.network());
}

Timing Trainer::take_timing() {
  auto timing = std::exchange(timing_, {});
  timing.iteration = state_.iteration;
  timing.seconds = state_.seconds;
  timing.images_per_second = images_per_second_since(timed_);
  const auto parts = step_.take_seconds();
  timing.forward = parts.forward;
  timing.backward = parts.backward;
  timing.optimizer = parts.optimizer;
  timing.peak_memory = peak_memory();
  timed_ = {state_.iteration, state_.seconds};
  return timing;
}

void Trainer::save(const std::filesystem::path& path) {
  const Stopwatch watch(timing_.checkpoint);
  save_checkpoint(path, step_, state_);
}

void Trainer::restore(const Checkpoint& checkpoint) {
  if (!checkpoint.error.empty()) throw InvalidInput(checkpoint.error);
  state_ = apply_checkpoint(checkpoint.tensors, checkpoint.path.string(), step_, recipe_.iterations,
                            state_.seed);
  begun_ = timed_ = {state_.iteration, state_.seconds};
}

void Trainer::follow_first_rank() {
  if (size_of(group_) == 1) return;
  const auto shared = broadcast_tensors(*group_, checkpoint_of(step_, state_));
  if (group_->rank() == 0) return;
  state_ = apply_checkpoint(shared, "rank 0", step_, recipe_.iterations, state_.seed);
  begun_ = timed_ = {state_.iteration, state_.seconds};
}

}  // namespace reslab
