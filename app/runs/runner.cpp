#include "app/runs/runner.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <utility>

#include <fmt/ranges.h>

#include "app/runs/directory_lock.h"
#include "app/runs/following_rank.h"
#include "app/runs/initial_weights.h"
#include "app/runs/machine_speed.h"
#include "app/runs/messages.h"
#include "app/runs/picture_maker.h"
#include "app/runs/progress.h"
#include "app/runs/rank_checks.h"
#include "app/runs/run_description.h"
#include "app/runs/run_directory.h"
#include "app/runs/saved_state.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/execution/execution.h"
#include "reslab/interchange/tensors.h"
#include "reslab/model/network_counts.h"
#include "reslab/model/network_name.h"
#include "reslab/train/trainer.h"

namespace reslab::app {
namespace {

/// The entries of a confusion matrix that are not zero.
std::vector<ConfusionRecord> confusion_rows(
    std::int64_t iteration, const std::vector<std::vector<std::int64_t>>& confusion) {
  std::vector<ConfusionRecord> rows;
  for (std::size_t label = 0; label < confusion.size(); ++label)
    for (std::size_t predicted = 0; predicted < confusion.size(); ++predicted)
      if (const auto images = confusion[label][predicted]; images > 0)
        rows.push_back({iteration, static_cast<std::int64_t>(label),
                        static_cast<std::int64_t>(predicted), images});
  return rows;
}

/// The file system gave the run's lock to another process, for example while the network was down.
struct LostLock {};

/// One run while it trains, and its directory.
class Run {
 public:
  Run(const RunContext& context, const RunPlan& plan, std::int64_t position, std::int64_t count)
      : context_(context), plan_(plan), directory_(context.directory, plan.name, plan.seed) {
    progress_.network = plan.name;
    progress_.seed = plan.seed;
    progress_.run = position;
    progress_.runs = count;
    progress_.iterations = plan.recipe.iterations;
  }

  RunOutcome execute() {
    if (is_finished(directory_.read())) {
      detail(named("finished before"));
      directory_.remove_leftovers();
      return without_training(RunOutcome::finished);
    }
    directory_.make();
    const DirectoryLock lock(directory_.path());
    if (!lock.held()) {
      detail(named(lock.other() + " is training this run"));
      return without_training(RunOutcome::taken);
    }
    if (!lock.other().empty()) say(lock.other() + " died while it trained this run");
    const auto before = directory_.read();  // by the process that had the lock
    if (is_finished(before)) return without_training(RunOutcome::finished);
    if (context_.failed_elsewhere && context_.failed_elsewhere()) {
      note(named("failed in another process"));
      return without_training(RunOutcome::failed);
    }
    lock_ = &lock;
    tell_ranks(context_.ranks, std::nullopt);
    try {
      return train(before);
    } catch (const LostLock&) {
      tell(&RecordSink::close);
      say("another process has taken over this run");
      end_other_ranks(RunOutcome::taken);
      return RunOutcome::taken;
    } catch (const IoError&) {
      throw;
    } catch (const RankLost&) {
      throw;
    } catch (const Diverged& error) {  // on every rank
      return fail(RunOutcome::failed, error);
    } catch (const InvalidInput& error) {  // an image that cannot be decoded, a damaged checkpoint
      return fail(RunOutcome::damaged, error);
    } catch (const std::exception& error) {
      return fail(RunOutcome::failed, error);
    }
  }

 private:
  static bool is_finished(const std::optional<Json>& run) {
    return run && run->value("status", "") == "finished";
  }

  /// After an error that only this rank has seen.
  void end_other_ranks(RunOutcome outcome) const {
    if (size_of(context_.ranks) > 1)
      context_.ranks->end_all(outcome == RunOutcome::damaged ? 2 : 1);
  }

  RunOutcome without_training(RunOutcome outcome) const {
    tell_ranks(context_.ranks, outcome);
    return outcome;
  }

  RunOutcome train(const std::optional<Json>& before) {
    auto network = make_network(plan_.network, static_cast<std::uint64_t>(plan_.seed),
                                plan_.recipe.batch_norm);
    auto checkpoint = usable_checkpoint(directory_, [this](const auto& line) { say(line); });
    if (before && !checkpoint) say("no checkpoint: the run starts again");
    const auto initial = initial_weights(checkpoint.has_value(), before, *network);
    Trainer trainer(network, context_.data, context_.transform, plan_.recipe,
                    static_cast<std::uint64_t>(plan_.seed), context_.device, context_.ranks);
    trainer.measure_layers(diagnostics_options(context_.experiment.diagnostics));
    run_ = run_description(context_, plan_, parameter_count(*network));
    if (!initial.is_null()) run_["initial_weights"] = initial;
    if (before)
      for (const auto& line : changed_environment(*before, run_)) say(line);
    begin_or_resume(trainer, std::exchange(checkpoint, std::nullopt));
    trainer.follow_first_rank();
    write_status("running");
    const bool finished = train_to_the_end(trainer);
    require_lock();
    if (finished) {
      save_tensors(directory_.weights(), trainer.weights(), weights_metadata(context_, plan_));
      save_pictures(trainer);
    }
    tell(&RecordSink::sync);
    tell(&RecordSink::close);
    if (!finished) return RunOutcome::interrupted;
    write_status("finished");
    directory_.drop_checkpoints();
    remember_speed();
    return RunOutcome::finished;
  }

  /// Calls a member function of every sink.
  template <class... Parameters, class... Arguments>
  void tell(void (RecordSink::*event)(Parameters...), const Arguments&... arguments) {
    for (const auto& sink : sinks_) (sink.get()->*event)(arguments...);
  }

  std::string named(const std::string& text) const { return app::named(plan_, text); }

  /// Called before the run's state is written. Throws LostLock.
  void require_lock() const {
    if (!lock_->still_held()) throw LostLock();
  }

  /// Prints an error or a warning.
  void say(const std::string& text) const { std::cerr << named(text) + "\n"; }

  /// Loads the weights that the recipe starts from, unless the run resumes from a checkpoint.
  /// Returns their description for run.json.
  Json initial_weights(bool resumes, const std::optional<Json>& before, Network& network) {
    if (plan_.recipe.init.empty()) return {};
    if (resumes) return before ? before->value("initial_weights", Json()) : Json();
    const auto initial = load_initial_weights(plan_, network);
    for (const auto& line : initial.notes) note(named(line));
    return initial.file;
  }

  void begin_or_resume(Trainer& trainer, std::optional<Checkpoint> checkpoint) {
    if (checkpoint) {
      trainer.restore(*checkpoint);
      checkpoint.reset();  // frees its memory
      require_records(directory_, plan_.recipe, trainer.iteration());
      if (trainer.has_best()) require_best_weights(directory_);
      detail(named("continues after iteration " + std::to_string(trainer.iteration())));
    }
    remove_file(directory_.pictures());
    sinks_ = context_.make_sinks(directory_, run_);
    tell(&RecordSink::forget_after, trainer.iteration());
  }

  bool stop_wanted() const { return context_.stop && context_.stop(); }

  /// Returns whether the training has finished. Otherwise it was interrupted and saved.
  bool train_to_the_end(Trainer& trainer) {
    auto saved = std::chrono::steady_clock::now();
    show_progress(trainer);
    while (!trainer.done()) {
      const auto record = trainer.advance(stop_wanted());
      if (record) {
        if (!trainer.layers().empty()) tell(&RecordSink::layers, trainer.layers());
        if (record->test)
          tell(&RecordSink::confusion,
               confusion_rows(record->iteration, trainer.last_test().confusion));
        if (record->test) progress_.test_error = record->test->error;
        tell(&RecordSink::record, *record);
        timings_.push_back(trainer.take_timing());
        tell(&RecordSink::timing, timings_.back());
        if (trainer.improved())
          save_tensors(directory_.best_weights(), trainer.weights(),
                       weights_metadata(context_, plan_));
      }
      show_progress(trainer);
      const bool interrupted = size_of(context_.ranks) > 1 ? trainer.stopped() : stop_wanted();
      const bool evaluated = record && record->test;
      if (interrupted || evaluated || checkpoint_due(trainer.iteration(), saved)) {
        require_lock();
        tell(&RecordSink::sync);
        trainer.save(directory_.checkpoint());
        saved = std::chrono::steady_clock::now();
      }
      if (interrupted) return false;
    }
    return true;
  }

  bool checkpoint_due(std::int64_t iteration, std::chrono::steady_clock::time_point saved) const {
    const auto& every = context_.experiment.checkpoint_every;
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - saved;
    return (every.seconds > 0 && since.count() >= every.seconds) ||
           (every.iterations > 0 && iteration % every.iterations == 0);
  }

  /// Makes and saves the pictures. Evaluates the network first if the run was killed after its last
  /// record, because such a run resumes without an evaluation.
  void save_pictures(Trainer& trainer) {
    const auto& last = trainer.last_test();
    const auto pictures =
        make_pictures(trainer.iteration(), trainer.weights(), *context_.data.test,
                      context_.transform, last.images.empty() ? trainer.evaluate_test() : last);
    write_pictures(directory_.pictures(), pictures);
    tell(&RecordSink::pictures, pictures);
  }

  void show_progress(const Trainer& trainer) {
    progress_.iteration = trainer.iteration();
    if (trainer.images_per_second() > 0) {
      const auto left = plan_.recipe.iterations - trainer.iteration();
      progress_.images_per_second = trainer.images_per_second();
      progress_.seconds_left =
          static_cast<double>(left * plan_.recipe.batch) / trainer.images_per_second();
    }
    if (const auto score = trainer.window()) {
      progress_.loss = score->loss;
      progress_.error = score->error;
    }
    tell(&RecordSink::progress, progress_);
  }

  /// Stores the speed of this training for the estimates of `reslab check`.
  void remember_speed() const {
    if (context_.speeds.empty() || !context_.device.is_cpu()) return;
    const auto pace = pace_of(timings_);
    if (!pace) return;
    const auto& data = context_.data;
    const auto images = (data.test->size() + (data.validation ? data.validation->size() : 0)) *
                        plan_.data.test_crops;
    const auto macs = count_network(plan_.network, context_.transform.height()).macs;
    const MachineSpeed speed{name(plan_.network), macs,
                             kPassesOfAStep * static_cast<double>(macs) * pace->images_per_second,
                             static_cast<double>(macs * images) / pace->evaluation_seconds};
    const auto conditions =
        speed_conditions(context_.environment, context_.threads,
                         resolve(plan_.recipe.precision, context_.device), plan_.recipe.kernels);
    if (!MachineSpeeds(context_.speeds).remember(conditions, speed))
      detail(named("the speed for later estimates is not stored"));
  }

  RunOutcome fail(RunOutcome outcome, const std::exception& error) {
    tell(&RecordSink::close);
    const auto lines = lines_of(error);
    for (const auto& line : lines) say(line);
    if (run_.is_null()) return outcome;  // run.json stays as it was
    run_["failure"] = fmt::format("{}", fmt::join(lines, "; "));
    write_status("failed");
    if (dynamic_cast<const Diverged*>(&error) == nullptr) end_other_ranks(outcome);
    return outcome;
  }

  void write_status(const char* status) {
    run_["status"] = status;
    directory_.write(run_);
  }

  const RunContext& context_;
  const RunPlan& plan_;
  RunDirectory directory_;
  RecordSinks sinks_;
  std::vector<Timing> timings_;  // of this process
  Progress progress_;
  Json run_;
  const DirectoryLock* lock_ = nullptr;
};

}  // namespace

std::string named(const RunPlan& plan, const std::string& text) {
  return fmt::format("{} seed {}: {}", plan.name, plan.seed, text);
}

RunOutcome run_one(const RunContext& context, std::size_t index, std::int64_t position,
                   std::int64_t count) {
  const auto& plan = context.experiment.runs[index];
  if (rank_of(context.ranks) != 0) return follow_run(context, plan);
  try {
    return Run(context, plan, position, count).execute();
  } catch (const std::exception& error) {
    end_all_after(context.ranks, named(plan, "training"), error);
    throw;
  }
}

}  // namespace reslab::app
