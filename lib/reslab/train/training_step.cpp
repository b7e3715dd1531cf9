#include "reslab/train/training_step.h"

#include <algorithm>
#include <utility>

#include <torch/torch.h>

#include "reslab/train/mixup.h"
#include "reslab/train/stopwatch.h"

namespace reslab {

TrainingStep::TrainingStep(std::shared_ptr<Network> network, const Recipe& recipe,
                           const Execution& execution)
    : network_(std::move(network)),
      recipe_(recipe),
      execution_(execution),
      optimizer_((move_to_device(*network_, execution.device), *network_), recipe.optimizer),
      learning_rate_(at::zeros({}, at::device(execution.device).dtype(at::kDouble))),
      mixup_weight_(at::ones({}, at::device(execution.device).dtype(at::kFloat))),
      sums_(at::zeros({2}, learning_rate_.options())) {
  if (recipe.ema) average_.emplace(*network_, recipe.ema->decay);
  network_->train();
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

const at::Tensor& TrainingStep::run(const GradientHook& hook) {
  {
    const Stopwatch watch(seconds_.optimizer);
    optimizer_.zero_gradients();
  }
  sums_.zero_();
  const auto images =
      mixes() ? images_.mul(mixup_weight_).add_(rolled(images_).mul_(1 - mixup_weight_)) : images_;
  const auto others = mixes() ? rolled(labels_) : labels_;
  const auto part = recipe_.micro_batch > 0 ? recipe_.micro_batch : recipe_.batch;
  for (std::int64_t start = 0; start < recipe_.batch; start += part) {
    const auto length = std::min(part, recipe_.batch - start);
    network_->draw_depth();
    add_gradients(images.narrow(0, start, length), labels_.narrow(0, start, length),
                  others.narrow(0, start, length));
  }
  if (hook) hook(optimizer_.gradients());
  const Stopwatch watch(seconds_.optimizer);
  if (recipe_.clip_grad_norm > 0) clip_gradients(optimizer_.gradients(), recipe_.clip_grad_norm);
  optimizer_.step(learning_rate_);
  if (average_) average_->update();
  return sums_;
}

/// Adds the part of the gradients and sums that comes from these images of the batch. `others`: the
/// labels of the images that are mixed in.
void TrainingStep::add_gradients(const at::Tensor& images, const at::Tensor& labels,
                                 const at::Tensor& others) {
  // LibTorch 1.13's own label smoothing reads values on the host.
  const auto loss_for = [&](const at::Tensor& logits, const at::Tensor& targets) {
    auto loss = at::cross_entropy_loss(logits, targets);
    const auto smoothing = recipe_.label_smoothing;
    if (smoothing == 0) return loss;
    return loss * (1 - smoothing) - at::log_softmax(logits, 1).mean() * smoothing;
  };
  const auto count = images.size(0);
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
    const auto share = static_cast<double>(count) / static_cast<double>(recipe_.batch);
    (count == recipe_.batch ? loss : loss * share).backward();
  }
  const auto classes = mixes() ? at::where(mixup_weight_.ge(0.5), labels, others) : labels;
  const auto wrong = logits.detach().argmax(1).ne(classes).sum();
  sums_ += at::stack({loss.detach().to(at::kDouble) * count, wrong.to(at::kDouble)});
}

TrainingStep::Seconds TrainingStep::take_seconds() { return std::exchange(seconds_, {}); }

}  // namespace reslab
