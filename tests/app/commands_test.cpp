// Runs the subcommands and checks what they print about networks, about this machine and about
// wrong usage.

#include <algorithm>

#include <gmock/gmock.h>

#include "app/config/json.h"
#include "app/small_experiment.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;

class Commands : public SmallExperimentTest {};

TEST_F(Commands, DescribesAndListsAndBenches) {
  const auto described = reslab("describe resnet-110 --json");
  ASSERT_EQ(described.code, 0) << described.err;
  EXPECT_EQ(Json::parse(described.out)[0]["parameters"], 1'727'962);
  EXPECT_THAT(reslab("describe resnet-20").out, HasSubstr("269,722"));
  EXPECT_THAT(reslab("describe resnet-8 --kernels --device cpu --precision float32").out,
              HasSubstr("Winograd, BatchNorm folded in"));
  EXPECT_THAT(reslab("list networks").out, HasSubstr("gate_bias"));
  for (const std::string work : {"training", "training --kernels aten", "evaluation",
                                 "convolutions", "predict", "input", "decoder"}) {
    const auto benched =
        reslab("bench resnet-8 --batch 4 --steps 2 --warmup 1 --json --work " + work);
    ASSERT_EQ(benched.code, 0) << benched.err;
    EXPECT_EQ(Json::parse(benched.out)["results"][0]["step_seconds"].size(), 2);
  }
}

TEST_F(Commands, DescribesStagesAndOnRequestLayers) {
  const auto stages = reslab("describe resnet-20 plain-20").out;
  EXPECT_THAT(stages, HasSubstr("layer1  3 × (3×3 16, 3×3 16)  16 × 32 × 32"));
  EXPECT_THAT(stages, HasSubstr("\nnetwork    layers"));
  EXPECT_THAT(stages, testing::Not(HasSubstr("layer1.0.conv1")));
  EXPECT_THAT(reslab("describe resnet-20 --layers").out, HasSubstr("layer1.0.conv1"));
}

TEST_F(Commands, QuietSaysNothingAndVerboseSaysMore) {
  write("e.json", kExperiment);
  const auto quiet = reslab("run e.json --out runs --quiet");
  EXPECT_EQ(quiet.code, 0);
  EXPECT_EQ(quiet.err, "");
  EXPECT_THAT(quiet.out, HasSubstr("resnet-8"));
  const auto again = reslab("run e.json --out runs -v");
  EXPECT_THAT(again.err, HasSubstr("resnet-8 seed 1: finished before\n"));
  const auto verbose = reslab("run e.json --out other --only resnet-8 --verbose");
  EXPECT_THAT(verbose.err, HasSubstr("computing on cpu with "));
  EXPECT_THAT(verbose.err,
              HasSubstr("resnet-8 seed 1  iteration 2  learning rate 0.05  train_loss "));
  const auto both = reslab("run e.json -q -v");
  EXPECT_EQ(both.code, 2);
  EXPECT_EQ(both.err, "reslab: --quiet and --verbose exclude each other\n");
}

TEST_F(Commands, AFolderOfSeedsIsNotAModelButNamesThem) {
  write("e.json", kExperiment);
  ASSERT_EQ(reslab("run e.json --out runs --only resnet-8").code, 0);
  const auto result = reslab("evaluate runs/small/resnet-8");
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.err,
            "reslab: runs/small/resnet-8: holds seed-1; expected one of them, such as "
            "runs/small/resnet-8/seed-1\n");
  const auto contradiction =
      reslab("export runs/small/resnet-8/seed-1 --format onnx -o network.pt");
  EXPECT_EQ(contradiction.code, 2);
  EXPECT_EQ(contradiction.err,
            "reslab: -o network.pt: files of --format onnx end in .onnx, those of torchscript in "
            ".pt\n");
  const auto exported = reslab("export runs/small/resnet-8/seed-1 -o network.onnx");
  EXPECT_EQ(exported.code, 0) << exported.err;
  EXPECT_THAT(content(folder_.path() / "network.onnx"), HasSubstr("Conv"));
}

TEST_F(Commands, VersionSaysWhatItComputesWith) {
  const auto shown = reslab("--version --verbose");
  EXPECT_EQ(shown.code, 0);
  for (const auto* fact : {"LibTorch ", "\nMKL: ", "\noneDNN: ", "\ninstructions: ", "\nthreads: ",
                           "\ndevices: cpu", "\nlibraries: libjpeg (JPEG), spng (PNG)"})
    EXPECT_THAT(shown.out, HasSubstr(fact));
  EXPECT_EQ(reslab("--version --versose").code, 2);
}

TEST_F(Commands, BenchWritesATraceIfLibTorchCan) {
  const auto traced = reslab("bench resnet-8 --batch 4 --steps 2 --trace steps.json");
  if (traced.code == 0) {
    EXPECT_THAT(content(folder_.path() / "steps.json"), HasSubstr("aten::convolution"));
    EXPECT_EQ(traced.err, "");
    const auto first = reslab("bench --batch 4 --steps 1 --warmup 0 --json --trace first.json");
    EXPECT_EQ(Json::parse(first.out)["results"].size(), 1U) << first.err;
  } else {
    EXPECT_THAT(traced.err, HasSubstr("built without Kineto"));
  }
  const auto several = reslab("bench resnet-8 resnet-14 --trace steps.json");
  EXPECT_EQ(several.code, 2);
  EXPECT_THAT(several.err, HasSubstr("expected one network, found 2"));
  const auto unwritable = reslab("bench resnet-8 --trace nowhere/steps.json");
  EXPECT_EQ(unwritable.code, 1);
  EXPECT_THAT(unwritable.err, HasSubstr("nowhere/steps.json"));
}

TEST_F(Commands, WrongUsageIsOneLineAndExitCode2) {
  for (const auto* arguments :
       {"", "rnu", "run", "run --no-such-option", "describe", "describe resnet-21",
        "run missing.json", "compare nowhere", "evaluate nowhere", "bench --batch 0",
        "bench --precision float33", "bench --steps many", "run e.json --threads -1", "evaluate",
        "check"}) {
    const auto result = reslab(arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    if (*arguments != '\0') {
      EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << arguments << ": " << result.err;
    }
  }
  EXPECT_THAT(reslab("rnu").err, HasSubstr("did you mean 'run'"));
  EXPECT_EQ(reslab("run e.json --threads many").err,
            "reslab: --threads: got 'many', expected an integer from 0 to 1024\n");
  EXPECT_EQ(reslab("check").err, "reslab: no experiment given, expected reslab check FILE…\n");
  EXPECT_EQ(reslab("run e.json --jbos 2 --no-report=false -x --zzzzzz --only").err,
            "reslab: --jbos: unknown option, did you mean --jobs?\n"
            "reslab: --no-report: takes no value, got 'false'\n"
            "reslab: -x: unknown option, see reslab run --help\n"
            "reslab: --zzzzzz: unknown option, see reslab run --help\n"
            "reslab: --only: no value given, expected --only GLOB\n");
  EXPECT_EQ(reslab("run e.json --only a --out= --only b --set /a=1 --set /b=2").err,
            "reslab: --out: no value given, expected --out DIR\n"
            "reslab: --only: given twice, expected once\n");
  for (const auto* arguments : {"--help", "--version", "run --help", "compare --help"})
    EXPECT_EQ(reslab(arguments).code, 0) << arguments;
}

}  // namespace
}  // namespace reslab::app
