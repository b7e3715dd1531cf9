#include "reslab/train/evaluation.h"

#include <torch/torch.h>

#include "reslab/data/batches.h"
#include "reslab/ranks/collectives.h"

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

/// A batch's part of the score.
struct BatchScore {
  double loss = 0;
  std::int64_t missed = 0;  // images whose class is not among the kTop likeliest
};

BatchScore score_of(const at::Tensor& logits, const at::Tensor& labels) {
  BatchScore score;
  score.loss = at::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum).item<double>();
  if (logits.size(1) <= kTop) return score;
  const auto likeliest = std::get<1>(logits.topk(kTop, 1));
  score.missed = labels.size(0) - likeliest.eq(labels.unsqueeze(1)).sum().item<std::int64_t>();
  return score;
}

/// Writes the classes of a batch's images to `images`.
void classify(const at::Tensor& labels, const at::Tensor& logits, ClassifiedImage* images) {
  const auto classified = logits.argmax(1);
  const auto likeliest = logits.softmax(1).gather(1, classified.unsqueeze(1)).squeeze(1).cpu();
  const auto on_cpu = classified.cpu();
  const auto rows = labels.accessor<std::int64_t, 1>();
  const auto columns = on_cpu.accessor<std::int64_t, 1>();
  const auto probabilities = likeliest.accessor<float, 1>();
  for (std::int64_t i = 0; i < labels.size(0); ++i)
    images[i] = {rows[i], columns[i], probabilities[i]};
}

}  // namespace

Evaluation evaluate(Network& network, const Images& images, const Transform& transform,
                    const Execution& execution, RankGroup* group) {
  const torch::NoGradGuard no_grad;
  const bool was_training = network.is_training();
  network.eval();
  const auto images_in_batch = evaluation_batch_images(transform);
  std::vector<BatchScore> scores(
      static_cast<std::size_t>((images.size() + images_in_batch - 1) / images_in_batch));
  Evaluation evaluation;
  evaluation.images.resize(static_cast<std::size_t>(images.size()));
  const auto share = share_of(std::ssize(scores), rank_of(group), size_of(group));
  EvaluationBatches batches(images, transform, kEvaluationBatch, share);
  auto batch_index = static_cast<std::size_t>(share.first);
  while (const auto batch = batches.next()) {
    const auto logits = logits_of(network, *batch, transform, execution);
    scores[batch_index] = score_of(logits, batch->labels.to(execution.device));
    classify(batch->labels, logits,
             evaluation.images.data() + batch_index * static_cast<std::size_t>(images_in_batch));
    ++batch_index;
  }
  network.train(was_training);
  if (group != nullptr) {
    share_values(*group, scores, std::ssize(scores), 1);
    share_values(*group, evaluation.images, std::ssize(scores), images_in_batch);
  }

  // The sums are made in the order of the batches, whichever rank has computed them.
  BatchScore sum;
  for (const auto& score : scores) {
    sum.loss += score.loss;
    sum.missed += score.missed;
  }
  const auto classes = static_cast<std::size_t>(network.spec().classes);
  evaluation.confusion.assign(classes, std::vector<std::int64_t>(classes));
  auto wrong = images.size();
  for (const auto& image : evaluation.images) {
    ++evaluation.confusion[static_cast<std::size_t>(image.label)]
                          [static_cast<std::size_t>(image.predicted)];
    if (image.label == image.predicted) --wrong;
  }
  const auto count = static_cast<double>(images.size());
  evaluation.score = {sum.loss / count, 100 * static_cast<double>(wrong) / count};
  if (network.spec().classes > kTop)
    evaluation.score.top5_error = 100 * static_cast<double>(sum.missed) / count;
  return evaluation;
}

}  // namespace reslab
