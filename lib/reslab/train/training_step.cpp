#include "reslab/train/training_step.h"

#include <algorithm>
#include <utility>

#include <torch/torch.h>

#include "reslab/train/stopwatch.h"

namespace reslab {

TrainingStep::TrainingStep(std::shared_ptr<Network> network, const OptimizerOptions& options,
                           const Execution& execution, std::int64_t batch, std::int64_t micro_batch)
    : network_(std::move(network)),
      execution_(execution),
      optimizer_((move_to_device(*network_, execution.device), *network_), options),
      batch_(batch),
      micro_batch_(micro_batch > 0 ? micro_batch : batch),
      learning_rate_(at::zeros({}, at::device(execution.device).dtype(at::kDouble))),
      sums_(at::zeros({2}, learning_rate_.options())) {
  network_->train();
}

void TrainingStep::load(const Batch& batch, double learning_rate) {
  if (!images_.defined()) {
    images_ = at::empty_like(batch.images, at::device(execution_.device));
    labels_ = at::empty_like(batch.labels, at::device(execution_.device));
  }
  images_.copy_(batch.images);
  labels_.copy_(batch.labels);
  learning_rate_.fill_(learning_rate);
}

const at::Tensor& TrainingStep::run(const GradientHook& hook) {
  {
    const Stopwatch watch(seconds_.optimizer);
    optimizer_.zero_gradients();
  }
  sums_.zero_();
  for (std::int64_t start = 0; start < batch_; start += micro_batch_) {
    const auto length = std::min(micro_batch_, batch_ - start);
    network_->draw_depth();
    add_gradients(images_.narrow(0, start, length), labels_.narrow(0, start, length));
  }
  if (hook) hook(optimizer_.gradients());
  const Stopwatch watch(seconds_.optimizer);
  optimizer_.step(learning_rate_);
  return sums_;
}

/// Adds the part of the gradients and sums that comes from these images of the batch.
void TrainingStep::add_gradients(const at::Tensor& images, const at::Tensor& labels) {
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
    loss = at::cross_entropy_loss(logits, labels);
  }
  {
    const Stopwatch watch(seconds_.backward);
    const auto share = static_cast<double>(count) / static_cast<double>(batch_);
    (count == batch_ ? loss : loss * share).backward();
  }
  const auto wrong = logits.detach().argmax(1).ne(labels).sum();
  sums_ += at::stack({loss.detach().to(at::kDouble) * count, wrong.to(at::kDouble)});
}

TrainingStep::Seconds TrainingStep::take_seconds() { return std::exchange(seconds_, {}); }

}  // namespace reslab
