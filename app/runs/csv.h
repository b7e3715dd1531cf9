#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "reslab/base/file.h"
#include "reslab/train/record.h"

namespace reslab::app {

// metrics.csv holds Records, layers.csv LayerRecords, timing.csv Timings: a line of column names,
// then a line for each row. Numbers are in their shortest form that reads back exactly; a value
// that was not measured is an empty cell. `Row` is Record, LayerRecord or Timing throughout.

/// Writes a file row by row; each row is with the system before `write` returns.
template <class Row>
class CsvWriter {
 public:
  /// Starts a new file with the line of names, or goes on at the end of an existing one, which
  /// `keep_until` has freed of a cut last line. Throws IoError.
  explicit CsvWriter(const std::filesystem::path& path);

  /// Throws IoError; the file then ends with the row before.
  void write(const Row& row);

 private:
  GrowingFile file_;
};

/// All rows of a file. A last line without its end, cut by a kill, is left out. Throws InvalidInput
/// with "file:line: what is wrong" for a damaged file: other columns, a cell missing or no number,
/// rows out of order: their iterations increase, or in layers.csv the indices of one iteration.
template <class Row>
std::vector<Row> read_csv(const std::filesystem::path& path);

/// Drops the rows after an iteration and a cut last line, for a resume; any file whose first column
/// is the iteration. Throws InvalidInput for a damaged file, IoError where it cannot be written.
void keep_until(const std::filesystem::path& path, std::int64_t iteration);

extern template class CsvWriter<Record>;
extern template class CsvWriter<LayerRecord>;
extern template class CsvWriter<Timing>;

}  // namespace reslab::app
