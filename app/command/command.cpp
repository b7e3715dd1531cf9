#include "app/command/command.h"

namespace reslab::app {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"run", "FILE… [--out DIR]", "Train the networks of experiments; resume interrupted runs",
       run_command},
      {"check", "FILE…", "Validate experiment files and estimate their training time",
       check_command},
      {"watch", "DIR…", "Show the curves and the table of runs while they train", watch_command},
      {"compare", "DIR… [-o DIR]", "Compare runs in tables and figures", compare_command},
      {"describe", "NETWORK…", "Show layers, shapes, parameters and multiply-adds",
       describe_command},
      {"list", "", "List everything that an experiment file may contain", list_command},
      {"evaluate", "MODEL",
       "Evaluate a trained network: top-1 and top-5 error, per-class errors, confusion matrix",
       evaluate_command},
      {"predict", "MODEL IMAGE|DIR…", "Classify images with a trained network", predict_command},
      {"export", "MODEL --format FORMAT -o FILE",
       "Export a trained network to TorchScript, ONNX or safetensors", export_command},
#ifdef RESLAB_HAS_FETCH
      {"fetch", "DATASET", "Download, verify and unpack CIFAR-10 or CIFAR-100", fetch_command},
#endif
      {"bench", "[NETWORK…]", "Measure how fast networks train on this machine", bench_command},
  };
  return all;
}

}  // namespace reslab::app
