#include "reslab/train/evaluation.h"

#include <torch/torch.h>

#include "reslab/data/batches.h"

namespace reslab {
namespace {

constexpr std::int64_t kTop = 5;

/// The logits of a batch, one row per image, float32.
at::Tensor logits_of(Network& network, const Batch& batch, const Transform& transform,
                     const Execution& execution) {
  const ExecutionScope scope(execution);
  auto logits = network.forward(batch.images.to(execution.device)).to(at::kFloat);
  if (transform.test_crops() == 1) return logits;
  // The logarithm of the views' mean probability, apart from a constant. It stays finite where all
  // probabilities are too small for a float32.
  const auto views = logits.view({batch.labels.size(0), transform.test_crops(), -1});
  return views.log_softmax(2).logsumexp(1);
}

/// Adds the images of a batch to `images` and to the confusion matrix of the evaluation.
void add_images(const at::Tensor& labels, const at::Tensor& logits, Evaluation& evaluation) {
  const auto classified = logits.argmax(1);
  const auto likeliest = logits.softmax(1).gather(1, classified.unsqueeze(1)).squeeze(1).cpu();
  const auto on_cpu = classified.cpu();
  const auto rows = labels.accessor<std::int64_t, 1>();
  const auto columns = on_cpu.accessor<std::int64_t, 1>();
  const auto probabilities = likeliest.accessor<float, 1>();
  for (std::int64_t i = 0; i < labels.size(0); ++i) {
    evaluation.images.push_back({rows[i], columns[i], probabilities[i]});
    ++evaluation.confusion[static_cast<std::size_t>(rows[i])][static_cast<std::size_t>(columns[i])];
  }
}

}  // namespace

Evaluation evaluate(Network& network, const Images& images, const Transform& transform,
                    const Execution& execution) {
  const torch::NoGradGuard no_grad;
  const bool was_training = network.is_training();
  network.eval();
  const auto classes = static_cast<std::size_t>(network.spec().classes);
  Evaluation evaluation{{}, std::vector(classes, std::vector<std::int64_t>(classes))};
  double loss = 0;
  std::int64_t missed = 0;  // images whose class is not among the kTop likeliest
  EvaluationBatches batches(images, transform);
  while (const auto batch = batches.next()) {
    const auto labels = batch->labels.to(execution.device);
    const auto logits = logits_of(network, *batch, transform, execution);
    loss += at::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum).item<double>();
    add_images(batch->labels, logits, evaluation);
    if (network.spec().classes <= kTop) continue;
    const auto likeliest = std::get<1>(logits.topk(kTop, 1));
    missed += labels.size(0) - likeliest.eq(labels.unsqueeze(1)).sum().item<std::int64_t>();
  }
  network.train(was_training);

  const auto percent = [&images](std::int64_t count) {
    return 100 * static_cast<double>(count) / static_cast<double>(images.size());
  };
  auto wrong = images.size();
  for (std::size_t i = 0; i < classes; ++i) wrong -= evaluation.confusion[i][i];
  evaluation.score = {loss / static_cast<double>(images.size()), percent(wrong)};
  if (network.spec().classes > kTop) evaluation.score.top5_error = percent(missed);
  return evaluation;
}

}  // namespace reslab
