#include "app/command/live_report.h"

#include <iostream>
#include <utility>

#include "app/report/report.h"
#include "app/runs/directory_lock.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"

namespace reslab::app {

class LiveReports::Sink : public RecordSink {
 public:
  explicit Sink(LiveReports& reports) : reports_(reports) {}

  void timing(const Timing& /*row*/) override {
    recorded_ = true;
    reports_.write_if_due();
  }
  void progress(const Progress& /*progress*/) override {
    if (recorded_) reports_.write_if_due();
  }

 private:
  LiveReports& reports_;
  bool recorded_ = false;  // a run without records has nothing to show
};

std::unique_ptr<RecordSink> LiveReports::sink() { return std::make_unique<Sink>(*this); }

bool LiveReports::due() const {
  return !written_ || std::chrono::steady_clock::now() - *written_ >= every_;
}

void LiveReports::write(bool live) {
  std::string line;
  try {
    // The results are read with the lock held, so that no older report replaces a newer one.
    const DirectoryLock lock(directory_, DirectoryLock::IfTaken::wait);
    auto [results, errors] = results_();
    if (results.empty()) return;
    auto report = make_report(with_claims(std::move(results), std::move(errors)));
    if (live) report.live = {every_, std::chrono::system_clock::now()};
    write_text(directory_ / "report.html", html_report(report));
  } catch (const std::exception& error) {
    line = lines_of(error).front();
  }
  if (!line.empty() && line != error_)
    std::cerr << "reslab: report.html was not written: " << line << "\n";
  error_ = line;
  written_ = std::chrono::steady_clock::now();
}

}  // namespace reslab::app
