#include "reslab/train/trainer.h"

#include <cmath>
#include <utility>

#include <torch/torch.h>

#include "reslab/base/error.h"
#include "reslab/base/memory.h"
#include "reslab/base/random.h"
#include "reslab/interchange/tensors.h"
#include "reslab/train/evaluation.h"
#include "reslab/train/stopwatch.h"

namespace reslab {
namespace {

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
      execution_{resolve(recipe.precision, device), recipe.kernels, device},
      optimizer_((move_to_device(*network_, device), *network_), recipe.optimizer),
      warming_up_(recipe.learning_rate.warmup.present) {
  // cuDNN's other algorithms give other bits each time.
  if (device.is_cuda()) at::globalContext().setDeterministicCuDNN(true);
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
  if (!record_due(iteration_)) return std::nullopt;
  return make_record();
}

bool Trainer::record_due(std::int64_t iteration) const {
  return iteration % recipe_.record_every == 0 || iteration % recipe_.evaluate_every == 0 ||
         iteration == recipe_.iterations;
}

void Trainer::measure_layers(const DiagnosticsOptions& options) {
  probe_.reset();
  if (options.any()) probe_.emplace(*network_, options);
}

Batch Trainer::next_batch() {
  if (!batches_) {
    const auto device = execution_.device;
    batches_.emplace(*data_.train, transform_, seed_, recipe_.batch, iteration_,
                     device.is_cpu() ? std::nullopt : std::optional(device));
  }
  const Stopwatch watch(timing_.waiting);
  auto batch = batches_->next();
  timing_.assembling += batches_->take_seconds_assembling();
  return batch;
}

void Trainer::step() {
  const auto batch = next_batch();
  const auto images = batch.images.to(execution_.device);
  const auto labels = batch.labels.to(execution_.device);
  if (is_random(network_->spec()))
    torch::manual_seed(Random({seed_, static_cast<std::uint64_t>(iteration_)}).next());
  std::optional<ObserverScope> observed;
  if (probe_ && record_due(iteration_ + 1)) observed.emplace(*probe_);
  auto sums = at::zeros({2}, at::device(execution_.device).dtype(at::kDouble));
  const auto part = recipe_.micro_batch > 0 ? recipe_.micro_batch : recipe_.batch;
  for (std::int64_t start = 0; start < recipe_.batch; start += part) {
    const auto length = std::min(part, recipe_.batch - start);
    sums += add_gradients(images.narrow(0, start, length), labels.narrow(0, start, length));
  }
  if (observed) {
    layers_ = probe_->read(iteration_ + 1);
    timing_.diagnostics += probe_->take_seconds();
  }
  {
    const Stopwatch watch(timing_.optimizer);
    learning_rate_ = warming_up_ ? recipe_.learning_rate.warmup.rate : scheduled_rate();
    optimizer_.step(learning_rate_);
    optimizer_.zero_grad();
  }
  add_to_window(sums);
  ++iteration_;
}

/// Adds what these images of the batch give to the gradients. Returns the sum of their losses and
/// how many of them are classified wrongly, on the device: to read them would be to wait for it.
at::Tensor Trainer::add_gradients(const at::Tensor& images, const at::Tensor& labels) {
  const auto count = images.size(0);
  at::Tensor logits;
  at::Tensor loss;
  {
    const Stopwatch watch(timing_.forward);
    {
      const ExecutionScope scope(execution_);
      logits = network_->forward(images);
    }
    logits = logits.to(at::kFloat);
    loss = at::cross_entropy_loss(logits, labels);
  }
  {
    const Stopwatch watch(timing_.backward);
    const auto share = static_cast<double>(count) / static_cast<double>(recipe_.batch);
    (count == recipe_.batch ? loss : loss * share).backward();
  }
  const auto wrong = logits.detach().argmax(1).ne(labels).sum();
  return at::stack({loss.detach().to(at::kDouble) * count, wrong.to(at::kDouble)});
}

/// Adds a step's sums to the window. Only here, and where layers are measured, does a step wait for
/// what the device computes.
void Trainer::add_to_window(const at::Tensor& sums) {
  const auto read = sums.cpu();
  const auto loss = read[0].item<double>();
  if (!std::isfinite(loss)) throw Diverged(iteration_ + 1);
  window_.loss += loss;
  window_.wrong += read[1].item<std::int64_t>();
  window_.images += recipe_.batch;
}

double Trainer::scheduled_rate() const {
  const auto& rate = recipe_.learning_rate;
  const auto position = static_cast<double>(iteration_);
  const auto length = static_cast<double>(recipe_.iterations);
  if (rate.unit == ScheduleUnit::iterations)
    return rate.schedule->rate({position, length, plateau_.plateaus});
  const auto epochs = static_cast<double>(recipe_.batch) / static_cast<double>(data_.train->size());
  return rate.schedule->rate({std::floor(position * epochs), length * epochs, plateau_.plateaus});
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
      return evaluate(*network_, images, transform_, execution_);
    };
    if (data_.validation) record.validation = score(*data_.validation);
    record.test = score(*data_.test);
    if (const auto rule = recipe_.learning_rate.schedule->plateau_rule())
      plateau_.note((record.validation ? *record.validation : record.train).error, *rule);
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
  all.emplace_back("plateau.best", real(plateau_.best));
  all.emplace_back("plateau.without_gain", whole(plateau_.without_gain));
  all.emplace_back("plateau.plateaus", whole(plateau_.plateaus));
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
  const PlateauCounter plateau{scalar<double>(file, "plateau.best", where),
                               scalar<std::int64_t>(file, "plateau.without_gain", where),
                               scalar<std::int64_t>(file, "plateau.plateaus", where)};
  warming_up_ = scalar<std::int64_t>(file, "warming_up", where) != 0;
  timing_.seconds = scalar<double>(file, "seconds", where);
  set_state(*network_, with_prefix(file.tensors, kNetworkPrefix), where);
  optimizer_.set_state(with_prefix(file.tensors, kMomentumPrefix), where);
  iteration_ = iteration;
  window_ = window;
  plateau_ = plateau;
}

}  // namespace reslab
