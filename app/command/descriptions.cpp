#include <algorithm>

#include "app/bench/step_options.h"
#include "app/command/description.h"
#include "app/command/list.h"
#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/interchange/export_format.h"

namespace reslab::app {
namespace {

const Option kSet = {.name = "set",
                     .value = "POINTER=VALUE",
                     .meaning = "Change a value of the file, for example /recipe/iterations=400",
                     .completion = Completion::assignments,
                     .repeatable = true};
const Option kQuiet = {
    .name = "quiet", .letter = "q", .meaning = "Print results, warnings and errors only"};
const Option kVerbose = {
    .name = "verbose", .letter = "v", .meaning = "Print more details about the work"};
const Option kJson = {.name = "json", .meaning = "Print the results as JSON"};

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] += 'A' - 'a';
  return text;
}

OptionGroup computation() {
  return {"Computation",
          {{.name = "device",
            .value = "DEVICE",
            .meaning = "auto, cpu, cuda or cuda:N; auto uses CUDA if there is a device",
            .initial = "auto",
            .completion = Completion::words,
            .words = {"auto", "cpu", "cuda"}},
           {.name = "threads",
            .value = "N",
            .meaning = "Number of threads; 0: one for each CPU that the process may use",
            .initial = "0"}}};
}

/// The options of computation() and --precision.
OptionGroup computation_with_precision(const std::string& meaning, const std::string& initial) {
  auto group = computation();
  group.options.push_back({.name = "precision",
                           .value = "PRECISION",
                           .meaning = meaning,
                           .initial = initial,
                           .completion = Completion::words,
                           .words = {"auto", "float32", "bfloat16"}});
  return group;
}

/// Options of the commands that use a trained network.
std::vector<OptionGroup> model_groups() {
  return {{"Model",
           {{.name = "weights",
             .value = "FILE[:SECTION]",
             .meaning = "Weights of NETWORK: a safetensors file, a Python checkpoint (.pth, .th, "
                        ".pt) or a run's directory; SECTION names one of several sets of weights",
             .completion = Completion::files}}},
          {"Images",
           {{.name = "data",
             .value = "DATASET[:DIR]",
             .meaning = "Data set and its directory; for a run, where its data are now",
             .completion = Completion::data_sets},
            {.name = "normalize",
             .value = "VALUE",
             .meaning =
                 "Normalisation of the images, as in an experiment; default: that of the weights",
             .completion = Completion::words,
             .words = {"per-pixel-mean", "per-channel", "imagenet", "none"}},
            {.name = "size",
             .value = "PIXELS",
             .meaning = "Height and width of the network's input; default: those of the weights"},
            {.name = "short-side",
             .value = "PIXELS",
             .meaning = "Length of an image's shorter side before the centre crop; default: that "
                        "of the weights"}}}};
}

CommandDescription run() {
  return {
      .name = "run",
      .arguments = "FILE…",
      .required = "experiment",
      .meaning = "Train the networks of experiments",
      .details =
          "Finished runs are skipped, interrupted ones continue at their last checkpoint. "
          "The same command may run several times at once, on machines that share the "
          "folder: each process takes the next run that nobody trains, and ends when all "
          "runs have finished.",
      .groups =
          {{"Runs",
            {{.name = "only", .value = "GLOB", .meaning = "Train only runs whose names match"},
             {.name = "jobs",
              .value = "N",
              .meaning =
                  "Number of runs to train at a time, each in its own process with --threads "
                  "threads, by default an equal share of the CPUs. auto: as many as CPUs, "
                  "memory and runs allow; one for each GPU",
              .completion = Completion::words,
              .words = {"auto"}},
             {.name = "longest-first",
              .meaning = "Train the runs with the most multiply-adds first, within each file and "
                         "data set. --jobs does this, too"},
             kSet}},
           {"Output",
            {{.name = "out",
              .value = "DIR",
              .meaning = "Directory for results",
              .initial = "runs",
              .completion = Completion::folders},
             {.name = "report-every",
              .value = "MINUTES",
              .meaning = "While the networks train, write report.html every MINUTES minutes; the "
                         "page reloads itself"},
             {.name = "no-report",
              .meaning = "Write no report and print none; `reslab compare` does it later"},
             {.name = "quiet",
              .letter = "q",
              .meaning = "Print results, warnings and errors only: no progress, no curves"},
             {.name = "verbose",
              .letter = "v",
              .meaning = "Print every record, and what is skipped or resumed"}}},
           computation(),
           {"Ranks",
            {{.name = "rank-timeout",
              .value = "SECONDS",
              .meaning = "With mpirun or srun: end all ranks if one has not answered for so long",
              .initial = "300"}}}},
      .examples = {{"reslab run experiments/demo.json",
                    "Train the demo's networks; the report is in runs/demo."},
                   {"reslab run experiments/demo.json --only 'resnet-*' --out tries",
                    "Train only its residual networks; the report is in tries/demo."},
                   {"reslab run experiments/demo.json --jobs auto",
                    "Train as many networks at a time as the machine has CPUs for."}},
      .completion = Completion::json_files};
}

CommandDescription check() {
  return {
      .name = "check",
      .arguments = "FILE…",
      .required = "experiment",
      .meaning = "Validate experiment files and estimate their training time",
      .details =
          "Lists the runs. Estimates their time from the speed of this machine, which earlier "
          "runs or --time measured. Needs no data.",
      .groups =
          {{"Input",
            {kSet,
             {.name = "images", .meaning = "Decode every image and list those that cannot be read"},
             {.name = "time",
              .meaning = "Measure the speed of this machine, and keep it for later estimates"}}},
           {"Output", {kJson}},
           computation()},
      .examples = {{"reslab check experiments/demo.json",
                    "List the demo's runs, with their sizes and durations."},
                   {"reslab check experiments/own-images.json --set /data/root=photos --images",
                    "Look for images in the folder photos that cannot be read."}},
      .completion = Completion::json_files};
}

CommandDescription watch() {
  return {.name = "watch",
          .arguments = "DIR…",
          .required = "directory",
          .meaning = "Show the curves and the table of runs while they train",
          .details = "Redraws whenever the runs' files change. Ctrl-C quits.",
          .groups = {{"Output",
                      {{.name = "every",
                        .value = "SECONDS",
                        .meaning = "Seconds between checks for changed files",
                        .initial = "2"},
                       {.name = "once", .meaning = "Show the runs once and exit"}}}},
          .examples = {{"reslab watch runs/demo",
                        "Follow an experiment that runs in another terminal."},
                       {"reslab watch runs/demo --once", "Show its state and exit."}},
          .completion = Completion::folders};
}

CommandDescription compare() {
  return {
      .name = "compare",
      .arguments = "DIR…",
      .required = "directory",
      .meaning = "Compare runs in tables and figures",
      .details =
          "Prints the results of all runs below DIR, ranks the settings that differ between "
          "them, and checks the claims of their experiments. Writes a report with figures.",
      .groups = {{"Output",
                  {{.name = "output",
                    .letter = "o",
                    .value = "DIR",
                    .meaning = "Directory for report.html, report.md and the figures; default: DIR "
                               "if it is the directory of one experiment, otherwise none",
                    .completion = Completion::folders},
                   kJson,
                   kQuiet}}},
      .examples = {{"reslab compare runs/demo",
                    "Print the demo's results and write its "
                    "report."},
                   {"reslab compare runs/demo/resnet-20 runs/demo/plain-20 -o report",
                    "Compare two networks; the report is in the folder report."}},
      .completion = Completion::folders};
}

CommandDescription describe() {
  return {
      .name = "describe",
      .arguments = "NETWORK…",
      .required = "network",
      .meaning = "Show stages or layers, parameters and multiply-adds",
      .details =
          "Several networks are also compared in one table. The papers count a multiply-add as "
          "one FLOP.",
      .groups = {{"Networks",
                  {{.name = "size",
                    .value = "PIXELS",
                    .meaning = "Height and width of the images; 0: as in the paper, 32 or 224",
                    .initial = "0"}}},
                 {"Output",
                  {{.name = "layers", .meaning = "Show every layer instead of the stages"},
                   {.name = "kernels", .meaning = "Show which implementation computes each layer"},
                   {.name = "diagram",
                    .value = "FILE.svg",
                    .meaning = "Draw the networks side by side as in Deep Residual Learning, "
                               "Fig. 3",
                    .completion = Completion::files},
                   {.name = "blocks",
                    .value = "FILE.svg",
                    .meaning = "Draw a building block of each network as in Fig. 2 and 5",
                    .completion = Completion::files},
                   kJson}},
                 computation_with_precision("With --kernels: auto, float32 or bfloat16", "auto")},
      .examples = {{"reslab describe resnet-20 plain-20 highway-20", "Compare three networks."},
                   {"reslab describe resnet-34:shortcut=C --diagram resnet-34.svg",
                    "Draw ResNet-34 with projections as all its shortcuts."}},
      .completion = Completion::networks};
}

CommandDescription list() {
  return {
      .name = "list",
      .arguments = "[SUBJECT|SETTING]…",
      .meaning = "List everything that an experiment file may contain",
      .details =
          "Without a subject, lists the subjects. Each setting is shown with its possible values "
          "and its default. A long list is shown in $PAGER.",
      .groups = {{"Output",
                  {{.name = "json", .meaning = "Print a JSON Schema (draft-07) for editors"}}}},
      .examples = {{"reslab list recipe", "Show the settings of a training."},
                   {"reslab list --json",
                    "Print the JSON Schema, with which editors complete and check files."}},
      .completion = Completion::words,
      .words = list_topics()};
}

CommandDescription evaluate() {
  auto groups = model_groups();
  groups.push_back({"Output", {kJson, kQuiet, kVerbose}});
  groups.push_back(computation_with_precision(
      "auto, float32 or bfloat16; default: the precision of the run, otherwise float32", ""));
  return {
      .name = "evaluate",
      .arguments = "MODEL",
      .required = "model",
      .meaning = "Measure the errors of a trained network",
      .details =
          "Prints loss, top-1 and top-5 error, per-class errors and the confusion "
          "matrix. For a run, compares the errors with those that it recorded. MODEL is "
          "a run's directory, an exported safetensors file, or NETWORK with --weights.",
      .groups = std::move(groups),
      .examples = {{"reslab evaluate runs/demo/resnet-20/seed-1", "Measure a run's errors again."},
                   {"reslab evaluate resnet-50 --weights resnet50.pth --data folder:imagenet",
                    "Evaluate torchvision's weights on the images in imagenet/val."}},
      .completion = Completion::models};
}

CommandDescription predict() {
  auto groups = model_groups();
  groups.push_back({"Output",
                    {{.name = "top",
                      .value = "K",
                      .meaning = "Number of classes to print for each image",
                      .initial = "5"},
                     kJson,
                     kQuiet,
                     kVerbose}});
  groups.push_back(computation());
  return {.name = "predict",
          .arguments = "MODEL IMAGE|DIR…",
          .required = "model",
          .meaning = "Classify images with a trained network",
          .details =
              "Prints the most probable classes of each image. MODEL is a model as for "
              "`reslab evaluate`, or a TorchScript file of `reslab export`.",
          .groups = std::move(groups),
          .examples = {{"reslab predict runs/own-images/resnet-18/seed-1 photo.jpg",
                        "Classify a photo."},
                       {"reslab predict model.pt photos --top 1 --json",
                        "Classify every image in a folder and print JSON for other programs."}},
          .completion = Completion::models};
}

CommandDescription export_model() {
  auto groups = model_groups();
  std::vector<std::string> formats;
  for (const auto& entry : export_formats()) formats.push_back(entry.name);
  groups.push_back(
      {"Output",
       {{.name = "output",
         .letter = "o",
         .value = "FILE",
         .meaning = "File to write",
         .completion = Completion::files},
        {.name = "format",
         .value = "FORMAT",
         .meaning = joined(export_formats(), "; ",
                           [](const auto& entry) { return entry.name + ": " + entry.meaning; }) +
                    "; default: chosen by FILE's extension",
         .completion = Completion::words,
         .words = formats},
        {.name = "raw-input",
         .meaning = "Include the normalisation: the model takes pixel values from 0 to 255"},
        kQuiet}});
  return {.name = "export",
          .arguments = "MODEL",
          .required = "model",
          .meaning = "Write a trained network as TorchScript, ONNX or safetensors",
          .details =
              "The file is read back and verified before it replaces an existing one. MODEL "
              "is a model as for `reslab evaluate`.",
          .groups = std::move(groups),
          .examples = {{"reslab export runs/demo/resnet-20/seed-1 -o resnet-20.onnx",
                        "Write a network for ONNX Runtime."},
                       {"reslab export runs/demo/resnet-20/seed-1 --raw-input -o resnet-20.pt",
                        "Write TorchScript for Python and C++ that normalises its input."}},
          .completion = Completion::models};
}

#ifdef RESLAB_HAS_FETCH
CommandDescription fetch() {
  return {.name = "fetch",
          .arguments = "DATASET",
          .required = "data set",
          .meaning = "Download CIFAR-10 or CIFAR-100",
          .details =
              "Downloads, verifies and unpacks a data set. Called again, it resumes an interrupted "
              "download.",
          .groups = {{"Files",
                      {{.name = "output",
                        .letter = "o",
                        .value = "DIR",
                        .meaning = "Directory in which the data set's folder is created",
                        .initial = "data",
                        .completion = Completion::folders},
                       {.name = "from",
                        .value = "FILE|URL",
                        .meaning = "Archive to use instead of the one on the authors' server",
                        .completion = Completion::files}}},
                     {"Output", {kQuiet}}},
          .examples = {{"reslab fetch cifar10", "Download CIFAR-10 into the folder data."},
                       {"reslab fetch cifar100 --from cifar-100-binary.tar.gz",
                        "Unpack an archive that you have already downloaded."}},
          .completion = Completion::words,
          .words = {"cifar10", "cifar100"}};
}
#endif

CommandDescription bench() {
  OptionGroup timing = {"Measurement", {}};
  for (const auto& setting : step_settings()) {
    const bool is_integer = setting.type == Setting::Type::integer;
    timing.options.push_back({.name = setting.name,
                              .value = is_integer ? "N" : "WORD",
                              .meaning = capitalized(setting.meaning) + "; " + expected(setting),
                              .initial = to_text(setting.initial),
                              .completion = is_integer ? Completion::none : Completion::words,
                              .words = setting.choices});
  }
  return {.name = "bench",
          .arguments = "[NETWORK…]",
          .meaning = "Measure how fast networks train on this machine",
          .groups = {std::move(timing),
                     {"Output",
                      {{.name = "trace",
                        .value = "FILE",
                        .meaning = "File for a Chrome trace of the measured steps of one network "
                                   "(default: resnet-20); tracing slows them",
                        .completion = Completion::files},
                       kJson}},
                     computation()},
          .examples = {{"reslab bench resnet-20 resnet-56 --threads 1",
                        "Measure training steps on one thread."},
                       {"reslab bench resnet-18 --work evaluation --batch 32",
                        "Measure the evaluation of a batch of 32 images."}},
          .completion = Completion::networks};
}

CommandDescription completion() {
  return {.name = "completion",
          .arguments = "SHELL",
          .required = "shell",
          .meaning = "Print a script that lets a shell complete arguments",
          .details =
              "The shell is bash, zsh or fish. `cmake --install` installs the scripts where "
              "the shells look for them.",
          .examples = {{"source <(reslab completion bash)",
                        "Enable completion in this bash; add the line to ~/.bashrc to keep it."},
                       {"reslab completion fish > ~/.config/fish/completions/reslab.fish",
                        "Enable completion in every fish."}},
          .completion = Completion::words,
          .words = {"bash", "zsh", "fish"}};
}

CommandDescription manual() {
  return {.name = "man",
          .meaning = "Print the manual page",
          .groups = {{"Output",
                      {{.name = "markdown",
                        .value = "DIR",
                        .meaning = "Write a Markdown page for each command instead",
                        .completion = Completion::folders}}}},
          .examples = {
              {"reslab man | man -l -", "Read the manual page."},
              {"reslab man --markdown docs/commands", "Regenerate the pages in docs/commands."}}};
}

/// The hidden subcommand that the scripts of `reslab completion` call.
CommandDescription complete() {
  return {.name = "complete",
          .arguments = "WORD…",
          .meaning = "Print what the last word of a command line may become",
          .hidden = true};
}

}  // namespace

const std::vector<CommandDescription>& command_descriptions() {
  static const std::vector<CommandDescription> all = {
      run(),   check(),      watch(),   compare(),      describe(),
      list(),  evaluate(),   predict(), export_model(),
#ifdef RESLAB_HAS_FETCH
      fetch(),
#endif
      bench(), completion(), manual(),  complete()};
  return all;
}

const CommandDescription& command_description(const std::string& name) {
  const auto& all = command_descriptions();
  const auto found = std::ranges::find(all, name, &CommandDescription::name);
  if (found != all.end()) return *found;
  std::vector<std::string> names;
  for (const auto& command : all)
    if (!command.hidden) names.push_back(command.name);
  throw InvalidInput("unknown command '" + name + "'" + suggestion(name, names));
}

}  // namespace reslab::app
