#include "app/runs/csv.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fmt/ranges.h>

#include "reslab/base/error.h"
#include "reslab/base/text.h"

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
  return !cell.empty() && visible_text(cell) == cell;
}
bool read_cell(std::string_view cell, std::optional<double>& value) {
  return cell.empty() || read_cell(cell, value.emplace());
}

/// Visits the cells of a split. They are empty if the split was not measured.
template <class Visit>
void visit_split(const std::string& name, std::optional<Score>& split, const Visit& visit) {
  std::optional<double> loss, error, top5_error;
  if (split) {
    loss = split->loss;
    error = split->error;
    top5_error = split->top5_error;
  }
  visit(name + "_loss", loss);
  visit(name + "_error", error);
  visit(name + "_top5_error", top5_error);
  if (loss || error || top5_error) split = {loss.value_or(0), error.value_or(0), top5_error};
}

// The functions call `visit` with the name and the value of each column. The iteration's column is
// named "step" because importers of other programs look for this name.
template <class Visit>
void visit_cells(Record& row, const Visit& visit) {
  visit("step", row.iteration);
  visit("epoch", row.epoch);
  visit("learning_rate", row.learning_rate);
  visit("train_loss", row.train.loss);
  visit("train_error", row.train.error);
  visit_split("validation", row.validation, visit);
  visit_split("test", row.test, visit);
}

template <class Visit>
void visit_cells(LayerRecord& row, const Visit& visit) {
  visit("step", row.iteration);
  visit("layer", row.layer);
  visit("index", row.index);
  visit("response_std", row.response_std);
  visit("gradient_norm", row.gradient_norm);
  visit("gate_mean", row.gate_mean);
}

template <class Visit>
void visit_cells(ConfusionRecord& row, const Visit& visit) {
  visit("step", row.iteration);
  visit("label", row.label);
  visit("predicted", row.predicted);
  visit("images", row.images);
}

template <class Visit>
void visit_cells(Timing& row, const Visit& visit) {
  visit("step", row.iteration);
  visit("seconds", row.seconds);
  visit("images_per_second", row.images_per_second);
  visit("waiting", row.waiting);
  visit("assembling", row.assembling);
  visit("forward", row.forward);
  visit("backward", row.backward);
  visit("optimizer", row.optimizer);
  visit("evaluation", row.evaluation);
  visit("diagnostics", row.diagnostics);
  visit("checkpoint", row.checkpoint);
  visit("peak_memory", row.peak_memory);
}

/// Returns the error if `row` must not follow `before`, otherwise an empty text.
template <class Row>
std::string order_error(const Row& before, const Row& row) {
  if (row.iteration > before.iteration) return {};
  return fmt::format("step {} follows {}, expected a later one", row.iteration, before.iteration);
}

template <>
std::string order_error(const LayerRecord& before, const LayerRecord& row) {
  if (std::pair(row.iteration, row.index) > std::pair(before.iteration, before.index)) return {};
  return fmt::format("step {} index {} follows step {} index {}, expected a later one",
                     row.iteration, row.index, before.iteration, before.index);
}

template <>
std::string order_error(const ConfusionRecord& before, const ConfusionRecord& row) {
  const auto key = [](const ConfusionRecord& record) {
    return std::tuple(record.iteration, record.label, record.predicted);
  };
  if (key(row) > key(before)) return {};
  return fmt::format("label {} predicted {} is out of order", row.label, row.predicted);
}

/// Returns the error if no training can have written the row, otherwise an empty text.
template <class Row>
std::string value_error(const Row&) {
  return {};
}

template <>
std::string value_error(const Record& row) {
  const auto is_percentage = [](double value) { return value >= 0 && value <= 100; };
  const auto errors_are = [&](const Score& score) {
    return is_percentage(score.error) && is_percentage(score.top5_error.value_or(0));
  };
  const bool valid = errors_are(row.train) && errors_are(row.validation.value_or(Score())) &&
                     errors_are(row.test.value_or(Score()));
  return valid ? "" : "an error is not from 0 to 100 percent";
}

template <>
std::string value_error(const ConfusionRecord& row) {
  if (row.label < 0 || row.predicted < 0) return "a label is negative";
  return row.images > 0 ? "" : fmt::format("images is {}, expected at least 1", row.images);
}

template <class Row>
std::string header() {
  Row row;
  std::vector<std::string> names;
  visit_cells(row, [&names](const std::string& name, const auto&) { names.push_back(name); });
  return fmt::format("{}", fmt::join(names, ","));
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
std::string to_line(Row row) {
  std::vector<std::string> cells;
  visit_cells(row,
              [&cells](const std::string&, const auto& value) { cells.push_back(cell_of(value)); });
  return fmt::format("{}", fmt::join(cells, ","));
}

/// Parses a line. Sets `error` if it is damaged.
template <class Row>
Row from_line(std::string_view line, std::size_t columns, std::string& error) {
  Row row;
  const auto cells = split(line, ',');
  if (cells.size() != columns) {
    error = fmt::format("{} cells, expected {}", cells.size(), columns);
    return row;
  }
  auto cell = cells.begin();
  visit_cells(row, [&](const std::string& name, auto& value) {
    const bool text = std::is_same_v<decltype(value), std::string&>;
    if (!read_cell(*cell, value) && error.empty())
      error = fmt::format("{} is '{}', expected a {}", name, printable(*cell),
                          text ? "name" : "number");
    ++cell;
  });
  if (!error.empty()) return row;
  // A split has both a loss and an error. If one is absent, it reads back as 0.
  cell = cells.begin();
  visit_cells(row, [&](const std::string& name, const auto& value) {
    if (cell->empty() && !cell_of(value).empty()) error = name + " is empty, expected a number";
    ++cell;
  });
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
std::string csv_text(const std::vector<Row>& rows) {
  auto text = header<Row>() + "\n";
  for (const auto& row : rows) text += to_line(row) + "\n";
  return text;
}

template <class Row>
void write_csv(const std::filesystem::path& path, const std::vector<Row>& rows) {
  write_text(path, csv_text(rows));
}

template <class Row>
std::vector<Row> parse_csv(std::string_view text, const std::filesystem::path& path) {
  const auto lines = complete_lines(text);
  const std::string names = header<Row>();
  if (lines.empty() ? !names.starts_with(text) : lines.front() != names)
    throw damaged(path, 1, "expected the columns " + names);
  const auto columns = split(names, ',').size();
  std::vector<Row> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::string error;
    rows.push_back(from_line<Row>(lines[i], columns, error));
    if (error.empty()) error = value_error(rows.back());
    if (error.empty() && rows.size() > 1) error = order_error(rows[rows.size() - 2], rows.back());
    if (!error.empty()) throw damaged(path, i + 1, error);
  }
  return rows;
}

template <class Row>
std::vector<Row> read_csv(const std::filesystem::path& path) {
  return parse_csv<Row>(read_text(path), path);
}

std::string text_until(std::string_view text, const std::filesystem::path& path,
                       std::int64_t iteration) {
  const auto lines = complete_lines(text);
  std::string kept;
  std::size_t torn = 0;  // number of the first line with zero bytes, which a power cut leaves
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0 && lines[i].find('\0') != std::string_view::npos) {
      torn = i + 1;
      continue;
    }
    const std::string_view first = lines[i].substr(0, lines[i].find(','));
    std::int64_t row_iteration = 0;
    if (i == 0 && first != "step") throw damaged(path, 1, "expected a first column named step");
    if (i > 0 && !read_cell(first, row_iteration))
      throw damaged(path, i + 1, "step is '" + printable(first) + "', expected a number");
    if (i > 0 && row_iteration > iteration) continue;
    if (torn != 0) throw damaged(path, torn, "zeros, expected a row");
    kept += std::string(lines[i]) + "\n";
  }
  return kept;
}

void keep_until(const std::filesystem::path& path, std::int64_t iteration) {
  const auto text = read_text(path);
  if (const auto kept = text_until(text, path, iteration); kept != text) write_text(path, kept);
}

template class CsvWriter<Record>;
template class CsvWriter<LayerRecord>;
template class CsvWriter<Timing>;
template void write_csv(const std::filesystem::path&, const std::vector<ConfusionRecord>&);
template std::string csv_text(const std::vector<Record>&);
template std::string csv_text(const std::vector<LayerRecord>&);
template std::string csv_text(const std::vector<ConfusionRecord>&);
template std::string csv_text(const std::vector<Timing>&);
template std::vector<Record> parse_csv(std::string_view, const std::filesystem::path&);
template std::vector<LayerRecord> parse_csv(std::string_view, const std::filesystem::path&);
template std::vector<ConfusionRecord> parse_csv(std::string_view, const std::filesystem::path&);
template std::vector<Timing> parse_csv(std::string_view, const std::filesystem::path&);
template std::vector<Record> read_csv(const std::filesystem::path&);
template std::vector<LayerRecord> read_csv(const std::filesystem::path&);
template std::vector<ConfusionRecord> read_csv(const std::filesystem::path&);
template std::vector<Timing> read_csv(const std::filesystem::path&);

}  // namespace reslab::app
