#include "app/runs/csv.h"

#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "reslab/base/error.h"

namespace reslab::app {
namespace {

template <class Number>
std::string cell_of(Number value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}
std::string cell_of(const std::string& value) { return value; }
std::string cell_of(const std::optional<double>& value) { return value ? cell_of(*value) : ""; }

template <class Number>
bool read_cell(std::string_view cell, Number& value) {
  const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return code == std::errc() && end == cell.data() + cell.size();
}
bool read_cell(std::string_view cell, std::string& value) {
  value = cell;
  return !cell.empty();
}
bool read_cell(std::string_view cell, std::optional<double>& value) {
  return cell.empty() || read_cell(cell, value.emplace());
}

/// A column of a file: how it is written and read.
template <class Row>
struct Column {
  std::string_view name;
  std::string_view kind;
  std::function<std::string(const Row&)> write;
  std::function<bool(Row&, std::string_view)> read;  // false if the cell has no such value
};

template <class Row, class Cell>
Column<Row> column(std::string_view name, Cell Row::* place) {
  return {name, std::is_same_v<Cell, std::string> ? "name" : "number",
          [place](const Row& row) { return cell_of(row.*place); },
          [place](Row& row, std::string_view cell) { return read_cell(cell, row.*place); }};
}

template <class Cell>
Column<Record> column(std::string_view name, std::optional<Score> Record::* split,
                      Cell Score::* part) {
  return {name, "number",
          [=](const Record& row) { return row.*split ? cell_of((*(row.*split)).*part) : ""; },
          [=](Record& row, std::string_view cell) {
            if (cell.empty()) return true;
            auto& score = row.*split;
            if (!score) score.emplace();
            return read_cell(cell, (*score).*part);
          }};
}

Column<Record> column(std::string_view name, double Score::* part) {
  return {name, "number", [=](const Record& row) { return cell_of(row.train.*part); },
          [=](Record& row, std::string_view cell) { return read_cell(cell, row.train.*part); }};
}

template <class Row>
const std::vector<Column<Row>>& columns();

template <>
const std::vector<Column<Record>>& columns() {
  static const std::vector<Column<Record>> list = {
      column("iteration", &Record::iteration),
      column("epoch", &Record::epoch),
      column("learning_rate", &Record::learning_rate),
      column("train_loss", &Score::loss),
      column("train_error", &Score::error),
      column("validation_loss", &Record::validation, &Score::loss),
      column("validation_error", &Record::validation, &Score::error),
      column("validation_top5_error", &Record::validation, &Score::top5_error),
      column("test_loss", &Record::test, &Score::loss),
      column("test_error", &Record::test, &Score::error),
      column("test_top5_error", &Record::test, &Score::top5_error),
  };
  return list;
}

template <>
const std::vector<Column<LayerRecord>>& columns() {
  static const std::vector<Column<LayerRecord>> list = {
      column("iteration", &LayerRecord::iteration),
      column("layer", &LayerRecord::layer),
      column("index", &LayerRecord::index),
      column("response_std", &LayerRecord::response_std),
      column("gradient_norm", &LayerRecord::gradient_norm),
      column("gate_mean", &LayerRecord::gate_mean),
  };
  return list;
}

template <>
const std::vector<Column<Timing>>& columns() {
  static const std::vector<Column<Timing>> list = {
      column("iteration", &Timing::iteration),
      column("seconds", &Timing::seconds),
      column("images_per_second", &Timing::images_per_second),
      column("waiting", &Timing::waiting),
      column("assembling", &Timing::assembling),
      column("forward", &Timing::forward),
      column("backward", &Timing::backward),
      column("optimizer", &Timing::optimizer),
      column("evaluation", &Timing::evaluation),
      column("diagnostics", &Timing::diagnostics),
      column("checkpoint", &Timing::checkpoint),
      column("peak_memory", &Timing::peak_memory),
  };
  return list;
}

/// Returns the error if `row` must not follow `before`, otherwise an empty text.
template <class Row>
std::string order_error(const Row& before, const Row& row) {
  if (row.iteration > before.iteration) return {};
  return "iteration " + std::to_string(row.iteration) + " follows " +
         std::to_string(before.iteration) + ", expected a later one";
}

template <>
std::string order_error(const LayerRecord& before, const LayerRecord& row) {
  if (std::pair(row.iteration, row.index) > std::pair(before.iteration, before.index)) return {};
  return "iteration " + std::to_string(row.iteration) + " index " + std::to_string(row.index) +
         " follows iteration " + std::to_string(before.iteration) + " index " +
         std::to_string(before.index) + ", expected a later one";
}

template <class Row>
std::string header() {
  std::string line;
  for (const auto& column : columns<Row>())
    line += (line.empty() ? "" : ",") + std::string(column.name);
  return line;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; (at = text.find(separator)) != std::string_view::npos;) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

/// Returns the lines of a text that end with a newline.
std::vector<std::string_view> complete_lines(std::string_view text) {
  auto lines = split(text, '\n');
  lines.pop_back();
  return lines;
}

InvalidInput damaged(const std::filesystem::path& path, std::size_t line, const std::string& what) {
  return InvalidInput(path.string() + ":" + std::to_string(line) + ": " + what);
}

template <class Row>
std::string to_line(const Row& row) {
  std::string line;
  for (const auto& column : columns<Row>()) {
    if (&column != &columns<Row>().front()) line += ',';
    line += column.write(row);
  }
  return line;
}

/// Parses a line. Sets `error` if it is damaged.
template <class Row>
Row from_line(std::string_view line, std::string& error) {
  Row row;
  const auto cells = split(line, ',');
  const auto& list = columns<Row>();
  if (cells.size() != list.size()) {
    error = std::to_string(cells.size()) + " cells, expected " + std::to_string(list.size());
    return row;
  }
  for (std::size_t i = 0; i < list.size(); ++i)
    if (!list[i].read(row, cells[i])) {
      error = std::string(list[i].name) + " is '" + std::string(cells[i]) + "', expected a " +
              std::string(list[i].kind);
      return row;
    }
  // A split has both a loss and an error. If one is absent, it reads back as 0.
  for (std::size_t i = 0; i < list.size(); ++i)
    if (cells[i].empty() && !list[i].write(row).empty())
      error = std::string(list[i].name) + " is empty, expected a number";
  return row;
}

}  // namespace

template <class Row>
CsvWriter<Row>::CsvWriter(const std::filesystem::path& path) : file_(path) {
  if (file_.empty()) file_.append(header<Row>() + "\n");
}

template <class Row>
void CsvWriter<Row>::write(const Row& row) {
  file_.append(to_line(row) + "\n");
}

template <class Row>
std::vector<Row> read_csv(const std::filesystem::path& path) {
  const std::string text = read_text(path);
  const auto lines = complete_lines(text);
  const std::string names = header<Row>();
  if (lines.empty() ? !names.starts_with(text) : lines.front() != names)
    throw damaged(path, 1, "expected the columns " + names);
  std::vector<Row> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::string error;
    rows.push_back(from_line<Row>(lines[i], error));
    if (!error.empty()) throw damaged(path, i + 1, error);
    if (rows.size() > 1) error = order_error(rows[rows.size() - 2], rows.back());
    if (!error.empty()) throw damaged(path, i + 1, error);
  }
  return rows;
}

void keep_until(const std::filesystem::path& path, std::int64_t iteration) {
  const std::string text = read_text(path);
  const auto lines = complete_lines(text);
  std::string kept;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view first = lines[i].substr(0, lines[i].find(','));
    std::int64_t row_iteration = 0;
    if (i == 0 && first != "iteration")
      throw damaged(path, 1, "expected a first column named iteration");
    if (i > 0 && !read_cell(first, row_iteration))
      throw damaged(path, i + 1, "iteration is '" + std::string(first) + "', expected a number");
    if (i == 0 || row_iteration <= iteration) kept += std::string(lines[i]) + "\n";
  }
  if (kept != text) write_text(path, kept);
}

template class CsvWriter<Record>;
template class CsvWriter<LayerRecord>;
template class CsvWriter<Timing>;
template std::vector<Record> read_csv(const std::filesystem::path&);
template std::vector<LayerRecord> read_csv(const std::filesystem::path&);
template std::vector<Timing> read_csv(const std::filesystem::path&);

}  // namespace reslab::app
