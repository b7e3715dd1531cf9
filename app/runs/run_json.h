#pragma once

#include <string>
#include <vector>

#include "app/config/input_errors.h"
#include "app/config/json.h"

namespace reslab::app {

/// Adds a line to `errors` for each value of run.json whose type is not the one that `reslab run`
/// writes, and for each missing key of `required`. `file`: the path of run.json in the lines. The
/// functions that read run.json rely on these types.
void check_run_json(const Json& run, const std::string& file, InputErrors& errors,
                    const std::vector<std::string>& required = {});

}  // namespace reslab::app
