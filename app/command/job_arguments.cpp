#include "app/command/job_arguments.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <torch/cuda.h>

#include "app/bench/estimate.h"
#include "app/command/description.h"
#include "app/command/jobs.h"
#include "app/runs/run_directory.h"
#include "reslab/base/cpu_count.h"

namespace reslab::app {
namespace {

constexpr std::int64_t kMost = 1024;  // jobs, and threads of each

bool is_unfinished(const CheckedExperiment& checked, std::size_t index) {
  const auto& plan = checked.experiment.runs[index];
  const auto run = RunDirectory(checked.directory, plan.name, plan.seed).read();
  return !run || run->value("status", "") != "finished";
}

/// The largest memory that a training of one of the runs needs, in bytes.
double largest_memory(const std::vector<CheckedExperiment>& experiments) {
  double most = 0;
  for (const auto& checked : experiments)
    for (const auto& [source, runs] : checked.data) {
      const auto outline = source->outline();
      std::map<std::string, double> memory;  // by name, because seeds need the same
      for (const auto index : runs) {
        const auto& plan = checked.experiment.runs[index];
        if (outline && is_unfinished(checked, index) && !memory.contains(plan.name))
          most = std::max(most, memory[plan.name] = training_memory(plan, *outline));
      }
    }
  return most;
}

/// The number of CUDA devices that the workers share. An index in --device chooses a single one.
int shared_devices(const cxxopts::ParseResult& given, const ComputeOptions& compute) {
  if (compute.device.is_cpu()) return 0;
  if (given["device"].as<std::string>().starts_with("cuda:")) return 1;
  // A size_t in LibTorch 1.13, an int8_t in newer versions.
  return static_cast<int>(torch::cuda::device_count());  // NOLINT(bugprone-signed-*)
}

int read_jobs(const cxxopts::ParseResult& given, const std::vector<CheckedExperiment>& experiments,
              int devices) {
  if (given.count("jobs") == 0) return 1;
  const auto runs = static_cast<int>(count_unfinished(experiments));
  if (value_of(given, "jobs") != "auto")
    return std::min(static_cast<int>(integer_of(given, "jobs", 1, kMost)), std::max(runs, 1));
  if (devices > 0) return std::clamp(runs, 1, devices);
  JobLimits limits;
  limits.cpus = usable_cpus();
  limits.threads = static_cast<int>(integer_of(given, "threads", 0, kMost));
  limits.runs = runs;
  if (automatic_jobs(limits) == 1) return 1;
  limits.memory_of_worker = largest_memory(experiments);
  limits.available_memory = available_memory();
  return automatic_jobs(limits);
}

/// The arguments of this command that all workers share.
std::vector<std::string> shared_arguments(const cxxopts::ParseResult& given) {
  std::vector<std::string> arguments = {"reslab", "run", "--no-report", "--longest-first"};
  for (const auto& group : command_description("run").groups)
    for (const auto& option : group.options) {
      const auto& name = option.name;
      const bool replaced = name == "jobs" || name == "threads" || name == "device" ||
                            name == "report-every" || name == "no-report" ||
                            name == "longest-first";
      if (replaced || given.count(name) == 0) continue;
      if (option.value.empty())
        arguments.push_back("--" + name);
      else if (option.repeatable)
        for (const auto& value : values_of(given, name))
          arguments.push_back("--" + name + "=" + value);
      else
        arguments.push_back("--" + name + "=" + value_of(given, name));
    }
  return arguments;
}

}  // namespace

std::int64_t count_unfinished(const std::vector<CheckedExperiment>& experiments) {
  std::int64_t count = 0;
  for (const auto& checked : experiments)
    count += std::ranges::count_if(
        checked.runs, [&checked](std::size_t index) { return is_unfinished(checked, index); });
  return count;
}

JobPlan plan_jobs(const cxxopts::ParseResult& given,
                  const std::vector<CheckedExperiment>& experiments,
                  const ComputeOptions& compute) {
  const int devices = shared_devices(given, compute);
  JobPlan plan;
  plan.jobs = read_jobs(given, experiments, devices);
  plan.threads = static_cast<int>(integer_of(given, "threads", 0, kMost));
  if (plan.threads == 0) plan.threads = std::max(1, usable_cpus() / plan.jobs);
  const auto shared = shared_arguments(given);
  for (int i = 0; i < plan.jobs; ++i) {
    auto& arguments = plan.arguments.emplace_back(shared);
    arguments.push_back("--threads=" + std::to_string(plan.threads));
    arguments.push_back(
        "--device=" + (devices > 1 ? "cuda:" + std::to_string(i % devices) : compute.device.str()));
    arguments.emplace_back("--");
    for (auto& file : positional_of(given)) arguments.push_back(std::move(file));
  }
  return plan;
}

}  // namespace reslab::app
