#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "reslab/base/file.h"
#include "reslab/train/record.h"

namespace reslab::app {

// `Row` is Record for metrics.csv, LayerRecord for layers.csv, ConfusionRecord for confusion.csv
// and Timing for timing.csv. A file starts with a line of column names. Numbers have the shortest
// form that reads back exactly. A value that was not measured is an empty cell.

/// Writes a file row by row. `write` passes the row to the operating system before it returns.
template <class Row>
class CsvWriter {
 public:
  /// Starts a new file with the column names, or appends to an existing one. An existing file must
  /// end with a whole line; see `keep_until`. Throws IoError.
  explicit CsvWriter(const std::filesystem::path& path);

  /// Throws IoError; the file then ends with the previous row.
  void write(const Row& row);

  /// Returns when all rows are on the disk. Throws IoError.
  void sync() { file_.sync(); }

 private:
  GrowingFile file_;
};

/// Returns all rows of a file. A last line without a newline, which a killed process leaves, is
/// skipped. Throws InvalidInput with "file:line: error" if a column or a cell is not as expected,
/// or if the rows are out of order. Rows are ordered by iteration; in layers.csv by iteration and
/// index, in confusion.csv by iteration, label and prediction.
template <class Row>
std::vector<Row> read_csv(const std::filesystem::path& path);

/// Returns all rows of the text of a file, as `read_csv` does. `path`: the file's name in errors.
template <class Row>
std::vector<Row> parse_csv(std::string_view text, const std::filesystem::path& path);

/// Returns the content of a file with these rows.
template <class Row>
std::string csv_text(const std::vector<Row>& rows);

/// Writes a file with these rows, all or nothing. Throws IoError.
template <class Row>
void write_csv(const std::filesystem::path& path, const std::vector<Row>& rows);

/// Removes the rows after an iteration and the damaged lines that a crash leaves at the end: a line
/// without a newline, or lines with zero bytes. The file's first column must be the
/// iteration. Throws InvalidInput if the file is damaged elsewhere, IoError if it cannot be
/// written.
void keep_until(const std::filesystem::path& path, std::int64_t iteration);

/// Returns the text of a file without the rows and lines that `keep_until` removes. `path`: the
/// file's name in errors. Throws InvalidInput.
std::string text_until(std::string_view text, const std::filesystem::path& path,
                       std::int64_t iteration);

}  // namespace reslab::app
