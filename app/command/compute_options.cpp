#include "app/command/compute_options.h"

#include <thread>

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include "reslab/base/error.h"

namespace reslab::app {
namespace {

constexpr int kMostThreads = 1024;

at::Device parse_device(const std::string& text) {
  if (text == "cpu") return at::kCPU;
  if (text == "auto") return at::globalContext().hasCUDA() ? at::kCUDA : at::kCPU;
  if (text != "cuda")
    throw InvalidInput("--device: expected auto, cpu or cuda, found '" + text + "'");
  if (!at::globalContext().hasCUDA())
    throw InvalidInput("--device cuda: this LibTorch sees no CUDA device; expected cpu or auto");
  return at::kCUDA;
}

}  // namespace

void add_compute_options(cxxopts::Options& options) {
  options.add_options()("device", "auto, cpu or cuda; auto uses CUDA if there is a device",
                        cxxopts::value<std::string>()->default_value("auto"),
                        "DEVICE")("threads", "Number of threads; 0 uses every core",
                                  cxxopts::value<int>()->default_value("0"), "N");
}

ComputeOptions read_compute_options(const cxxopts::ParseResult& parsed) {
  ComputeOptions compute;
  compute.device = parse_device(parsed["device"].as<std::string>());
  const auto threads = parsed["threads"].as<int>();
  if (threads < 0 || threads > kMostThreads)
    throw InvalidInput("--threads: expected a number from 0 to " + std::to_string(kMostThreads) +
                       ", found " + std::to_string(threads));
  compute.threads =
      threads == 0 ? std::max(1, static_cast<int>(std::thread::hardware_concurrency())) : threads;
  at::set_num_threads(compute.threads);
  return compute;
}

}  // namespace reslab::app
