#include "reslab/train/evaluation.h"

#include <torch/torch.h>

#include "reslab/data/batches.h"
#include "reslab/train/precision.h"

namespace reslab {

Score evaluate(Network& network, const Images& images, const Transform& transform,
               Precision precision, at::Device device) {
  const torch::NoGradGuard no_grad;
  const bool was_training = network.is_training();
  network.eval();
  double loss = 0;
  std::int64_t wrong = 0;
  EvaluationBatches batches(images, transform);
  while (const auto batch = batches.next()) {
    const auto labels = batch->labels.to(device);
    at::Tensor logits;
    {
      const PrecisionScope scope(precision, device);
      logits = network.forward(batch->images.to(device)).to(at::kFloat);
    }
    loss += at::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum).item<double>();
    wrong += logits.argmax(1).ne(labels).sum().item<std::int64_t>();
  }
  network.train(was_training);
  const auto count = static_cast<double>(images.size());
  return {loss / count, 100 * static_cast<double>(wrong) / count};
}

}  // namespace reslab
