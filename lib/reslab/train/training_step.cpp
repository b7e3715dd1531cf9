#include "reslab/train/training_step.h"

#include <utility>

#include <torch/torch.h>

#include "reslab/base/random.h"
#include "reslab/train/mixup.h"
#include "reslab/train/stopwatch.h"
#include "reslab/train/tensor_exchange.h"

namespace reslab {

TrainingStep::TrainingStep(std::shared_ptr<Network> network, const Recipe& recipe,
                           const Execution& execution, RankGroup* group)
    : network_(std::move(network)),
      recipe_(recipe),
      execution_(execution),
      group_(group),
      parts_(share_of(recipe.parts, rank_of(group), size_of(group))),
      optimizer_((move_to_device(*network_, execution.device), *network_), recipe.optimizer),
      parameters_(network_->parameters()),
      statistics_(network_->buffers()),
      part_sum_(parts_.size()),
      added_(parameters_.size()),
      learning_rate_(at::zeros({}, at::device(execution.device).dtype(at::kDouble))),
      mixup_weight_(at::ones({}, at::device(execution.device).dtype(at::kFloat))),
      sums_(at::zeros({2}, learning_rate_.options())) {
  if (recipe.ema) average_.emplace(*network_, recipe.ema->decay);
  network_->train();
  for (const auto& statistic : statistics_) statistics_before_.push_back(statistic.clone());
  if (size_of(group_) > 1)
    exchange_.emplace(*group_, parameters_, [this](std::size_t i) {
      if (part_ == parts_.size() - 1) add_gradient(i);
    });
}

Share TrainingStep::share() const {
  return {parts_.first * images_in_part(), parts_.last * images_in_part()};
}

void TrainingStep::load(const Batch& batch, double learning_rate, double mixup_weight) {
  if (!images_.defined()) {
    images_ = at::empty_like(batch.images, at::device(execution_.device));
    labels_ = at::empty_like(batch.labels, at::device(execution_.device));
  }
  images_.copy_(batch.images);
  labels_.copy_(batch.labels);
  learning_rate_.fill_(learning_rate);
  mixup_weight_.fill_(mixup_weight);
}

const at::Tensor& TrainingStep::run(const GradientHook& hook, Observer* observer) {
  const torch::NoGradGuard no_grad;
  if (recipe_.parts > 1)
    for (std::size_t i = 0; i < statistics_.size(); ++i)
      statistics_before_[i].copy_(statistics_[i]);
  for (part_ = 0; part_ < parts_.size(); ++part_) compute_part(part_, observer);
  finish_sums();
  if (hook) hook(optimizer_.gradients());
  const Stopwatch watch(seconds_.optimizer);
  if (recipe_.clip_grad_norm > 0) clip_gradients(optimizer_.gradients(), recipe_.clip_grad_norm);
  optimizer_.step(learning_rate_);
  if (average_) average_->update();
  draws_.reset();
  return sums_;
}

/// Computes the sums of a part and adds them to those of the parts before it.
void TrainingStep::compute_part(std::int64_t part, Observer* observer) {
  {
    const Stopwatch watch(seconds_.optimizer);
    optimizer_.zero_gradients();
  }
  sums_.zero_();
  if (recipe_.parts > 1) added_.assign(added_.size(), false);
  if (part > 0)
    for (std::size_t i = 0; i < statistics_.size(); ++i)
      statistics_[i].copy_(statistics_before_[i]);
  if (draws_) {
    const auto number = static_cast<std::uint64_t>(parts_.first + part);
    const auto iteration = static_cast<std::uint64_t>(draws_->iteration);
    torch::manual_seed(
        (number == 0 ? Random{draws_->seed, iteration} : Random{draws_->seed, iteration, number})
            .next());
  }
  network_->draw_depth();
  std::optional<ObserverScope> observed;
  if (observer != nullptr && parts_.first + part == 0) observed.emplace(*observer);
  const auto first = part * images_in_part();
  add_gradients(images_.narrow(0, first, images_in_part()),
                labels_.narrow(0, first, images_in_part()));
  if (recipe_.parts == 1) return;  // there is nothing to add
  for (std::size_t i = 0; i < parameters_.size(); ++i) add_gradient(i);
  add_statistics(part);
}

/// Takes a gradient of the part that was computed, unless the backward pass has said so before.
void TrainingStep::add_gradient(std::size_t parameter) {
  if (added_[parameter]) return;
  added_[parameter] = true;
  part_sum_.add(part_, parameter, parameters_[parameter].grad());
  if (exchange_ && part_ == parts_.size() - 1) exchange_->complete(parameter);
}

/// Takes BatchNorm's running statistics, and the sums of losses and wrong images. BatchNorm's
/// counters of batches are those of the first part.
void TrainingStep::add_statistics(std::int64_t part) {
  auto index = parameters_.size();
  for (std::size_t i = 0; i < statistics_.size(); ++i) {
    if (statistics_[i].is_floating_point())
      part_sum_.add(part, index++, statistics_[i]);
    else if (part == 0)
      statistics_before_[i].copy_(statistics_[i]);
  }
  part_sum_.add(part, index, sums_);
}

/// Waits for the other ranks' gradients. BatchNorm's statistics become the mean over all parts.
void TrainingStep::finish_sums() {
  if (recipe_.parts == 1) return;
  std::vector<at::Tensor> statistics;
  for (std::size_t i = 0; i < statistics_.size(); ++i) {
    if (statistics_[i].is_floating_point())
      statistics.push_back(statistics_[i]);
    else
      statistics_[i].copy_(statistics_before_[i]);
  }
  if (exchange_) {
    const Stopwatch watch(seconds_.backward);
    exchange_->finish();
    if (!statistics.empty()) sum_over_ranks(*group_, statistics, exchanged_);
  }
  for (auto& statistic : statistics) statistic.mul_(1 / static_cast<double>(recipe_.parts));
}

/// Computes the gradients and sums of these images.
void TrainingStep::add_gradients(const at::Tensor& all_images, const at::Tensor& labels) {
  const at::AutoGradMode with_gradients(true);
  const auto images =
      mixes() ? all_images.mul(mixup_weight_).add_(rolled(all_images).mul_(1 - mixup_weight_))
              : all_images;
  const auto others = mixes() ? rolled(labels) : labels;
  // LibTorch 1.13's own label smoothing reads values on the host.
  const auto loss_for = [&](const at::Tensor& logits, const at::Tensor& targets) {
    auto loss = at::cross_entropy_loss(logits, targets);
    const auto smoothing = recipe_.label_smoothing;
    if (smoothing == 0) return loss;
    return loss * (1 - smoothing) - at::log_softmax(logits, 1).mean() * smoothing;
  };
  at::Tensor logits;
  at::Tensor loss;
  {
    const Stopwatch watch(seconds_.forward);
    {
      const ExecutionScope scope(execution_);
      logits = network_->forward(images);
    }
    logits = logits.to(at::kFloat);
    loss = loss_for(logits, labels);
    // The loss is linear in the targets.
    if (mixes()) loss = loss * mixup_weight_ + loss_for(logits, others) * (1 - mixup_weight_);
  }
  {
    const Stopwatch watch(seconds_.backward);
    (recipe_.parts == 1 ? loss : loss * (1 / static_cast<double>(recipe_.parts))).backward();
  }
  const auto classes = mixes() ? at::where(mixup_weight_.ge(0.5), labels, others) : labels;
  const auto wrong = logits.detach().argmax(1).ne(classes).sum();
  sums_ += at::stack({loss.detach().to(at::kDouble) * images.size(0), wrong.to(at::kDouble)});
}

TrainingStep::Seconds TrainingStep::take_seconds() { return std::exchange(seconds_, {}); }

}  // namespace reslab
