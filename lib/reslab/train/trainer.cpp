#include "reslab/train/trainer.h"

#include <chrono>
#include <cmath>
#include <utility>

#include <sys/resource.h>
#include <torch/torch.h>

#include "reslab/error.h"
#include "reslab/interchange/tensors.h"
#include "reslab/model/memory_format.h"
#include "reslab/train/evaluation.h"
#include "reslab/train/precision.h"

namespace reslab {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Adds the time from its making to its end to a sum of seconds.
class Stopwatch {
 public:
  explicit Stopwatch(double& sum) : sum_(sum) {}
  ~Stopwatch() { sum_ += seconds_since(start_); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& sum_;
  Clock::time_point start_ = Clock::now();
};

std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

constexpr auto kNetworkPrefix = "network.";
constexpr auto kMomentumPrefix = "momentum.";

void append(NamedTensors& all, const std::string& prefix, const NamedTensors& part) {
  for (const auto& [name, tensor] : part) all.emplace_back(prefix + name, tensor);
}

NamedTensors with_prefix(const NamedTensors& all, const std::string& prefix) {
  NamedTensors part;
  for (const auto& [name, tensor] : all)
    if (name.starts_with(prefix)) part.emplace_back(name.substr(prefix.size()), tensor);
  return part;
}

template <class T>
T scalar(const TensorFile& file, const std::string& name, const std::string& where) {
  const auto tensor = file.find(name);
  if (!tensor.defined() || tensor.numel() != 1)
    throw InvalidInput(where + ": '" + name + "' is missing or not a single number");
  return tensor.item<T>();
}

}  // namespace

Diverged::Diverged(std::int64_t iteration)
    : std::runtime_error("the training loss is not finite at iteration " +
                         std::to_string(iteration)) {}

Trainer::Trainer(std::shared_ptr<Network> network, const DataSet& data, const Transform& transform,
                 const Recipe& recipe, std::uint64_t seed, at::Device device)
    : network_(std::move(network)),
      data_(data),
      transform_(transform),
      recipe_(recipe),
      seed_(seed),
      device_(device),
      precision_(resolve(recipe.precision, device)),
      optimizer_((prepare(*network_, device), *network_), recipe.sgd),
      warming_up_(recipe.learning_rate.warmup.present) {
  network_->train();
}

std::optional<Score> Trainer::window() const {
  if (window_.images == 0) return std::nullopt;
  const auto images = static_cast<double>(window_.images);
  return Score{window_.loss / images, 100 * static_cast<double>(window_.wrong) / images};
}

double Trainer::images_per_second() const {
  return stepping_here_ == 0 ? 0
                             : static_cast<double>(steps_here_ * recipe_.batch) / stepping_here_;
}

std::optional<Record> Trainer::advance() {
  {
    double seconds = 0;
    {
      const Stopwatch watch(seconds);
      step();
    }
    timing_.seconds += seconds;
    stepping_ += seconds;
    stepping_here_ += seconds;
    ++timed_steps_;
    ++steps_here_;
  }
  const bool due =
      iteration_ % recipe_.record_every == 0 || iteration_ % recipe_.evaluate_every == 0 || done();
  if (!due) return std::nullopt;
  return make_record();
}

Batch Trainer::next_batch() {
  if (!batches_) batches_.emplace(*data_.train, transform_, seed_, recipe_.batch, iteration_);
  const auto assembling = batches_->seconds_assembling();
  const Stopwatch watch(timing_.waiting);
  auto batch = batches_->next();
  timing_.assembling += batches_->seconds_assembling() - assembling;
  return batch;
}

void Trainer::step() {
  auto batch = next_batch();
  const auto labels = batch.labels.to(device_);
  at::Tensor logits;
  at::Tensor loss;
  {
    const Stopwatch watch(timing_.forward);
    {
      const PrecisionScope scope(precision_, device_);
      logits = network_->forward(batch.images.to(device_));
    }
    logits = logits.to(at::kFloat);
    loss = at::cross_entropy_loss(logits, labels);
  }
  const auto mean_loss = loss.item<double>();
  if (!std::isfinite(mean_loss)) throw Diverged(iteration_ + 1);
  {
    const Stopwatch watch(timing_.backward);
    loss.backward();
  }
  {
    const Stopwatch watch(timing_.optimizer);
    learning_rate_ = warming_up_ ? recipe_.learning_rate.warmup.rate : scheduled_rate();
    optimizer_.step(learning_rate_);
    optimizer_.zero_grad();
  }
  window_.loss += mean_loss * static_cast<double>(recipe_.batch);
  window_.wrong += logits.argmax(1).ne(labels).sum().item<std::int64_t>();
  window_.images += recipe_.batch;
  ++iteration_;
}

double Trainer::scheduled_rate() const {
  const auto& rate = recipe_.learning_rate;
  const auto position = static_cast<double>(iteration_);
  const auto length = static_cast<double>(recipe_.iterations);
  if (rate.unit == ScheduleUnit::iterations) return rate.schedule->rate(position, length);
  const auto epochs = static_cast<double>(recipe_.batch) / static_cast<double>(data_.train->size());
  return rate.schedule->rate(std::floor(position * epochs), length * epochs);
}

Record Trainer::make_record() {
  Record record;
  record.iteration = iteration_;
  record.epoch =
      static_cast<double>(iteration_ * recipe_.batch) / static_cast<double>(data_.train->size());
  record.learning_rate = learning_rate_;
  record.train = *window();
  window_ = {};
  if (warming_up_ && record.train.error < recipe_.learning_rate.warmup.until_train_error)
    warming_up_ = false;
  if (iteration_ % recipe_.evaluate_every == 0 || done()) {
    const Stopwatch watch(timing_.evaluation);
    const auto score = [this](const Images& images) {
      return evaluate(*network_, images, transform_, precision_, device_);
    };
    if (data_.validation) record.validation = score(*data_.validation);
    record.test = score(*data_.test);
  }
  return record;
}

Timing Trainer::take_timing() {
  auto timing = timing_;
  timing.iteration = iteration_;
  timing.images_per_second =
      stepping_ == 0 ? 0 : static_cast<double>(timed_steps_ * recipe_.batch) / stepping_;
  timing.peak_memory = peak_memory();
  const auto seconds = timing_.seconds;
  timing_ = {};
  timing_.seconds = seconds;
  timed_steps_ = 0;
  stepping_ = 0;
  return timing;
}

void Trainer::save(const std::filesystem::path& path) {
  const Stopwatch watch(timing_.checkpoint);
  NamedTensors all;
  append(all, kNetworkPrefix, state_of(*network_));
  append(all, kMomentumPrefix, optimizer_.state());
  const auto whole = [](std::int64_t value) { return torch::tensor(value, at::kLong); };
  const auto real = [](double value) { return torch::tensor(value, at::kDouble); };
  all.emplace_back("iteration", whole(iteration_));
  all.emplace_back("warming_up", whole(warming_up_ ? 1 : 0));
  all.emplace_back("seconds", real(timing_.seconds));
  all.emplace_back("window.loss", real(window_.loss));
  all.emplace_back("window.wrong", whole(window_.wrong));
  all.emplace_back("window.images", whole(window_.images));
  save_tensors(path, all);
}

void Trainer::restore(const std::filesystem::path& path) {
  const auto where = path.string();
  const auto file = load_tensors(path);
  const auto iteration = scalar<std::int64_t>(file, "iteration", where);
  if (iteration < 0 || iteration > recipe_.iterations)
    throw InvalidInput(where + ": iteration " + std::to_string(iteration) +
                       " is outside the recipe's " + std::to_string(recipe_.iterations));
  const Window window{scalar<double>(file, "window.loss", where),
                      scalar<std::int64_t>(file, "window.wrong", where),
                      scalar<std::int64_t>(file, "window.images", where)};
  warming_up_ = scalar<std::int64_t>(file, "warming_up", where) != 0;
  timing_.seconds = scalar<double>(file, "seconds", where);
  set_state(*network_, with_prefix(file.tensors, kNetworkPrefix), where);
  optimizer_.set_state(with_prefix(file.tensors, kMomentumPrefix), where);
  iteration_ = iteration;
  window_ = window;
}

}  // namespace reslab
