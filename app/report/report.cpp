#include "app/report/report.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "app/config/input_errors.h"
#include "app/report/comparison_figure.h"
#include "app/report/comparison_text.h"
#include "app/report/curves.h"
#include "app/report/layer_figures.h"
#include "app/report/statistics.h"
#include "app/report/summary.h"
#include "app/runs/run_directory.h"
#include "app/runs/terminal.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

constexpr std::size_t kMostClasses = 20;  // in a terminal

std::ptrdiff_t count_of_name(const std::vector<ReportedRuns::Experiment>& experiments,
                             const std::string& name) {
  return std::ranges::count(experiments, name,
                            [](const auto& experiment) { return experiment.claims.name; });
}

ReportedExperiment judge_claims(const ReportedRuns::Experiment& experiment,
                                const ReportedRuns& runs) {
  std::vector<RunResult> results;
  for (const auto& result : runs.results)
    if (experiment_directory(result) == experiment.directory) results.push_back(result);
  ReportedExperiment reported{experiment.claims.name, experiment.claims.why, {}};
  if (count_of_name(runs.experiments, reported.name) > 1)
    reported.name = std::filesystem::proximate(experiment.directory).string();
  for (const auto& expectation : experiment.claims.expectations)
    reported.verdicts.push_back(judge(expectation, experiment.claims, results));
  return reported;
}

/// The ANSI foreground colour of the verdict's word: green, red or yellow.
int ansi_colour(const Verdict& verdict) {
  if (verdict.outcome == Verdict::Outcome::not_met) return 31;
  return verdict.outcome == Verdict::Outcome::met && verdict.doubt == Verdict::Doubt::none ? 32
                                                                                           : 33;
}

/// Explains the numbers that the report contains.
std::vector<std::string> methods_of(const Report& report, const ReportedRuns& runs) {
  const auto has_column = [&report](const char* name) {
    return std::ranges::count(report.results.headings(), name) > 0;
  };
  std::vector<std::string> methods = {
      "Errors are in percent. Train error: mean over the augmented training batches since the "
      "previous record. Test error: error on the whole test split with the weights of the last "
      "iteration (weights.safetensors).",
      "Each number is the mean over a network's finished seeds, each at its last record; ± is "
      "their sample standard deviation. A number without ± comes from one seed, which says nothing "
      "about the spread."};
  if (has_column("time"))
    methods.emplace_back(
        "Time: duration of the training steps alone, without evaluations, on the run's machine "
        "(see "
        "Environment).");
  if (has_column("validation error"))
    methods.emplace_back(
        "Validation error: error on the images held out from the training split, with the weights "
        "of the last iteration. Test error at best validation: test error at the record with the "
        "lowest validation error (best.safetensors); the test split plays no part in the choice.");
  const auto any_recipe = [&runs](const char* setting) {
    const Json::json_pointer place(std::string("/identity/recipe/") + setting);
    return std::ranges::any_of(runs.results,
                               [&](const RunResult& result) { return result.run.contains(place); });
  };
  if (any_recipe("ema"))
    methods.emplace_back(
        "Networks with ema: validation and test errors are those of the moving average of the "
        "weights, which weights.safetensors holds.");
  if (any_recipe("mixup_alpha"))
    methods.emplace_back(
        "Train error with mixup: a mixed image has the class of the image with the larger weight.");
  if (!report.classes.empty())
    methods.emplace_back(
        "Classes: test images at the last evaluation, summed over a network's seeds.");
  if (has_column("paper"))
    methods.emplace_back("Difference: mean minus the paper's number, in percentage points.");
  const bool compared = std::ranges::any_of(report.experiments, [](const auto& experiment) {
    return std::ranges::any_of(experiment.verdicts,
                               [](const Verdict& verdict) { return !verdict.noise.empty(); });
  });
  if (compared)
    methods.push_back(fmt::format(
        "Expectations compare means over all seeds of the experiment. A difference is within noise "
        "if a two-sided Welch's t-test over the seeds gives p ≥ {:g}: chance may explain it. n is "
        "the number of seeds.",
        kSignificanceLevel));
  return methods;
}

/// Nothing if the run has no pictures, or if they are damaged; then adds a line to `damaged`.
std::optional<RunPictures> pictures_of(const RunResult& run, InputErrors& damaged) {
  const auto file = RunDirectory(run.directory).pictures();
  std::optional<RunPictures> pictures;
  if (has_entry(file)) damaged.gather([&] { pictures = read_pictures(file); });
  return pictures;
}

/// The pictures of each network's first seed that has any.
std::vector<NetworkPictures> pictures_of(const std::vector<NetworkRuns>& networks,
                                         InputErrors& damaged) {
  std::vector<NetworkPictures> all;
  for (const auto& runs : networks)
    for (const auto* run : runs.counted) {
      auto pictures = pictures_of(*run, damaged);
      if (!pictures) continue;
      all.push_back({runs.label, run->seed, run->run.value("classes", std::vector<std::string>()),
                     std::move(*pictures)});
      break;
    }
  return all;
}

/// Names the images that runs left out because they could not be read; empty if there are none.
std::string unreadable_images(const ReportedRuns& runs) {
  std::set<std::string> lines;
  for (const auto& result : runs.results)
    for (const auto& line : result.run.value("unreadable", std::vector<std::string>()))
      lines.insert(visible_text(line));
  if (lines.empty()) return {};
  return counted(std::ssize(lines), "image") + " could not be read and " +
         (lines.size() == 1 ? "was" : "were") +
         " left out: " + joined(lines, "; ", [](const std::string& line) { return line; }) + ".";
}

}  // namespace

ReportedRuns with_claims(std::vector<RunResult> results, std::vector<std::string> left_out) {
  ReportedRuns runs;
  runs.left_out = std::move(left_out);
  for (auto& result : results) {
    const auto directory = experiment_directory(result);
    auto known =
        std::ranges::find(runs.experiments, directory, &ReportedRuns::Experiment::directory);
    if (known == runs.experiments.end()) {
      auto claims = read_claims(directory);
      if (!claims) claims = Claims{experiment_of(result), "", {}, {}, {}};
      runs.experiments.push_back({directory, std::move(*claims)});
      known = runs.experiments.end() - 1;
    }
    for (const auto& [metric, number] : paper_numbers(known->claims.expectations, result.network))
      result.run["paper"][metric] = number;
  }
  runs.results = std::move(results);
  return runs;
}

Report make_report(const ReportedRuns& runs) {
  const auto networks = by_network(runs.results);
  Report report;
  std::set<std::string> names;
  for (const auto& experiment : runs.experiments) {
    report.experiments.push_back(judge_claims(experiment, runs));
    const auto& name = experiment.claims.name;
    if (names.insert(name).second) report.title += (report.title.empty() ? "" : ", ") + name;
  }
  report.results = results_table(networks);
  if (auto comparison = compare_settings(networks); comparison && is_choice(*comparison))
    report.comparison = std::move(comparison);
  report.unfinished = unfinished_seeds(networks);
  report.recipe = recipe_overview(networks);
  report.environment = environment_overview(networks);
  report.classes = class_reports(networks);
  report.confusions = confusion_matrices(networks);
  InputErrors damaged;
  damaged.add_lines(runs.left_out);
  report.pictures = pictures_of(networks, damaged);
  report.left_out = damaged.lines();
  report.methods = methods_of(report, runs);
  for (const auto& line : report.left_out) report.methods.push_back("Left out: " + line + ".");
  if (auto line = unreadable_images(runs); !line.empty()) report.methods.push_back(std::move(line));
  report.figures = layer_figures(runs.results);
  report.figures.insert(report.figures.begin(),
                        curves_figure(report.title, curves_of(runs.results)));
  return report;
}

std::string terminal_report(const Report& report, std::size_t columns, bool colour) {
  std::string text =
      report.title + "\n\n" + report.results.text(columns) + "\n" +
      paragraph(
          "Errors in % at the last iteration, mean ± sample standard deviation over the "
          "seeds; train: augmented batches, test: test split.",
          columns);
  for (const auto& line : report.unfinished) text += paragraph(line, columns);
  if (report.comparison) {
    text += "\n" + paragraph(best_text(*report.comparison), columns) + "\n" +
            comparison_table(*report.comparison).text(columns);
    for (const auto& note : report.comparison->notes) text += paragraph(note, columns);
  }
  for (const auto& [network, classes, confusion] : report.classes)
    text += classes.rows().size() <= kMostClasses
                ? "\n" + network + ", test images:\n" + classes.text(columns)
                : network + ": report.md lists the errors of its classes\n";
  for (const auto& experiment : report.experiments) {
    if (experiment.verdicts.empty()) continue;
    text += "\n";
    if (report.experiments.size() > 1) text += experiment.name + ":\n";
    for (const auto& verdict : experiment.verdicts) {
      const auto line = paragraph(verdict.text(), columns);
      const auto word = verdict.word();
      text += colour && line.starts_with(word)
                  ? fmt::format("\033[{}m{}\033[0m{}", ansi_colour(verdict), word,
                                line.substr(word.size()))
                  : line;
    }
  }
  return text;
}

std::string write_report(const std::filesystem::path& directory, Report report) {
  make_directories(directory);
  if (report.comparison)
    write_text(directory / kComparisonFile, comparison_svg(*report.comparison));
  write_text(directory / "report.html", html_report(report));
  std::vector<std::string> drawings;
  try {
    for (const auto& figure : report.figures) drawings.push_back(draw(figure));
  } catch (const IoError& error) {
    report.figure_error = error.what();
    drawings.clear();
  }
  for (std::size_t i = 0; i < drawings.size(); ++i)
    write_text(directory / report.figures[i].file, drawings[i]);
  write_text(directory / "report.md", markdown_report(report));
  return report.figure_error;
}

}  // namespace reslab::app
