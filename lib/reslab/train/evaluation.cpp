#include "reslab/train/evaluation.h"

#include <torch/torch.h>

#include "reslab/data/batches.h"

namespace reslab {
namespace {

constexpr std::int64_t kTop = 5;

/// Calls `visit(logits, labels)` for each batch of the images; logits are float32.
template <class Visit>
void for_each_batch(Network& network, const Images& images, const Transform& transform,
                    const Execution& execution, Visit visit) {
  const torch::NoGradGuard no_grad;
  const bool was_training = network.is_training();
  network.eval();
  EvaluationBatches batches(images, transform);
  while (const auto batch = batches.next()) {
    const auto labels = batch->labels.to(execution.device);
    at::Tensor logits;
    {
      const ExecutionScope scope(execution);
      logits = network.forward(batch->images.to(execution.device)).to(at::kFloat);
    }
    // The logarithm of the views' mean probability, apart from a constant. It stays finite where
    // all probabilities are too small for a float32.
    if (transform.test_crops() > 1)
      logits =
          logits.view({labels.size(0), transform.test_crops(), -1}).log_softmax(2).logsumexp(1);
    visit(logits, labels);
  }
  network.train(was_training);
}

/// Sums over the images seen so far.
struct Sums {
  double loss = 0;
  std::int64_t wrong = 0;
  std::optional<std::int64_t> missed;  // images whose class is not among the kTop likeliest

  explicit Sums(const Network& network) {
    if (network.spec().classes > kTop) missed = 0;
  }

  void add(const at::Tensor& logits, const at::Tensor& labels) {
    loss += at::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum).item<double>();
    wrong += logits.argmax(1).ne(labels).sum().item<std::int64_t>();
    if (!missed) return;
    const auto likeliest = std::get<1>(logits.topk(kTop, 1));
    *missed += labels.size(0) - likeliest.eq(labels.unsqueeze(1)).sum().item<std::int64_t>();
  }

  Score score(const Images& images) const {
    const auto percent = [&images](std::int64_t count) {
      return 100 * static_cast<double>(count) / static_cast<double>(images.size());
    };
    Score score{loss / static_cast<double>(images.size()), percent(wrong)};
    if (missed) score.top5_error = percent(*missed);
    return score;
  }
};

}  // namespace

Score evaluate(Network& network, const Images& images, const Transform& transform,
               const Execution& execution) {
  Sums sums(network);
  for_each_batch(
      network, images, transform, execution,
      [&](const at::Tensor& logits, const at::Tensor& labels) { sums.add(logits, labels); });
  return sums.score(images);
}

Evaluation evaluate_in_detail(Network& network, const Images& images, const Transform& transform,
                              const Execution& execution) {
  const auto classes = network.spec().classes;
  Sums sums(network);
  auto counts = at::zeros({classes * classes}, at::kLong);
  for_each_batch(network, images, transform, execution,
                 [&](const at::Tensor& logits, const at::Tensor& labels) {
                   sums.add(logits, labels);
                   const auto pairs = (labels * classes + logits.argmax(1)).cpu();
                   counts += at::bincount(pairs, {}, classes * classes);
                 });

  Evaluation evaluation{sums.score(images), {}};
  const auto* count = counts.data_ptr<std::int64_t>();
  for (std::int64_t row = 0; row < classes; ++row, count += classes)
    evaluation.confusion.emplace_back(count, count + classes);
  return evaluation;
}

}  // namespace reslab
