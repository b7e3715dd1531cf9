#include "app/command/compute_options.h"

#include <algorithm>
#include <charconv>

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/cuda.h>
#include <unistd.h>

#include "app/report/numbers.h"
#include "app/runs/environment.h"
#include "app/runs/messages.h"
#include "app/runs/mpi_group.h"
#include "reslab/base/error.h"
#include "reslab/data/parallel.h"
#include "reslab/execution/execution.h"
#include "reslab/train/recipe.h"

namespace reslab::app {
namespace {

at::Device parse_device(const std::string& text) {
  if (text == "cpu") return at::kCPU;
  // A size_t in LibTorch 1.13, an int8_t in newer versions.
  const auto count = static_cast<int>(torch::cuda::device_count());  // NOLINT(bugprone-signed-*)
  if (text == "auto" && count == 0) return at::kCPU;
  const bool has_index = text != "auto" && text != "cuda";
  int index = count > 1 ? rank_on_this_machine() % count : 0;
  if (has_index) {
    const std::string prefix = "cuda:";
    const auto* const end = text.data() + text.size();
    if (!text.starts_with(prefix) ||
        std::from_chars(text.data() + prefix.size(), end, index).ptr != end || text == prefix ||
        index < 0)
      throw InvalidInput("--device: expected auto, cpu, cuda or cuda:N, found '" + text + "'");
  }
  if (count == 0)
    throw InvalidInput("--device " + text +
                       ": LibTorch finds no CUDA device; expected cpu or auto");
  if (index >= count)
    throw InvalidInput("--device " + text + ": LibTorch finds " + counted(count, "CUDA device") +
                       "; expected cuda:0 to cuda:" + std::to_string(count - 1));
  return has_index || index > 0 ? at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(index))
                                : at::Device(at::kCUDA);
}

/// The CPUs of this process, divided among the ranks that may use the same ones.
int fair_share_of(int cpus) {
  const int all = std::max(cpus, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
  const int sharing = (ranks_on_this_machine() * cpus + all - 1) / all;
  return std::max(1, cpus / sharing);
}

}  // namespace

ComputeOptions read_compute_options(const cxxopts::ParseResult& parsed) {
  ComputeOptions compute;
  compute.device = parse_device(parsed["device"].as<std::string>());
  compute.threads = threads_of(parsed);
  if (parsed["threads"].as<std::string>() == "0") compute.threads = fair_share_of(compute.threads);
  at::set_num_threads(compute.threads);
  limit_worker_count(compute.threads);
  const auto environment = read_environment();
  detail(fmt::format("computing on {} with {}; LibTorch {}, {}", compute.device.str(),
                     counted(compute.threads, "thread"), environment.torch,
                     environment.instructions));
  return compute;
}

std::optional<Precision> read_precision(const cxxopts::ParseResult& parsed, at::Device device) {
  if (parsed.count("precision") == 0) return std::nullopt;
  Recipe recipe;
  const auto& setting = *recipe_settings().find("precision");
  recipe_settings().set(setting, recipe, read_option(parsed, setting));
  return resolve(recipe.precision, device);
}

}  // namespace reslab::app
