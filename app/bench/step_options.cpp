#include "app/bench/step_options.h"

#include <utility>

#include "reslab/base/setting_rows.h"

namespace reslab::app {

bool has_network(Work work) { return work != Work::input && work != Work::decoder; }

const Settings<StepOptions>& step_settings() {
  static const Settings<StepOptions> table = [] {
    Settings<StepOptions> rows = {
        choice("work",
               "What to time: a training step, the evaluation of a batch, only the "
               "convolutions of a training step, or the prediction of a batch of JPEG "
               "files as in `reslab predict`; without a network: making a batch from "
               "JPEG files of 500×375 pixels (input), or only decoding them (decoder)",
               &StepOptions::work,
               {{"training", Work::training},
                {"evaluation", Work::evaluation},
                {"convolutions", Work::convolutions},
                {"predict", Work::predict},
                {"input", Work::input},
                {"decoder", Work::decoder}})};
    for (auto& row : group("", "", &StepOptions::recipe, recipe_settings()).members)
      if (row.name == "batch" || row.name == "precision" || row.name == "kernels")
        rows.add_row(std::move(row));
    return rows.add(
        {number("steps", "Number of timed steps", &StepOptions::steps, 1, 1e6),
         number("warmup", "Number of steps before the timed ones", &StepOptions::warmup, 0, 1e6)});
  }();
  return table;
}

}  // namespace reslab::app
