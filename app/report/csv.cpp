#include "app/report/csv.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "reslab/error.h"

namespace reslab::app {
namespace {

/// Where a column's value lives in its row.
template <class Row>
using Place =
    std::variant<std::int64_t Row::*, double Row::*, std::pair<Score Row::*, double Score::*>,
                 std::pair<std::optional<Score> Row::*, double Score::*>>;

template <class Row>
struct Column {
  std::string_view name;
  Place<Row> place;
};

template <class Row>
const std::vector<Column<Row>>& columns();

template <>
const std::vector<Column<Record>>& columns() {
  static const std::vector<Column<Record>> list = {
      {"iteration", &Record::iteration},
      {"epoch", &Record::epoch},
      {"learning_rate", &Record::learning_rate},
      {"train_loss", std::pair(&Record::train, &Score::loss)},
      {"train_error", std::pair(&Record::train, &Score::error)},
      {"validation_loss", std::pair(&Record::validation, &Score::loss)},
      {"validation_error", std::pair(&Record::validation, &Score::error)},
      {"test_loss", std::pair(&Record::test, &Score::loss)},
      {"test_error", std::pair(&Record::test, &Score::error)},
  };
  return list;
}

template <>
const std::vector<Column<Timing>>& columns() {
  static const std::vector<Column<Timing>> list = {
      {"iteration", &Timing::iteration},
      {"seconds", &Timing::seconds},
      {"images_per_second", &Timing::images_per_second},
      {"waiting", &Timing::waiting},
      {"assembling", &Timing::assembling},
      {"forward", &Timing::forward},
      {"backward", &Timing::backward},
      {"optimizer", &Timing::optimizer},
      {"evaluation", &Timing::evaluation},
      {"checkpoint", &Timing::checkpoint},
      {"peak_memory", &Timing::peak_memory},
  };
  return list;
}

template <class Row>
std::string header() {
  std::string line;
  for (const auto& column : columns<Row>())
    line += (line.empty() ? "" : ",") + std::string(column.name);
  return line;
}

template <class Number>
std::string shortest(Number value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

template <class Row>
struct CellWriter {
  const Row& row;
  std::string operator()(std::int64_t Row::* member) const { return shortest(row.*member); }
  std::string operator()(double Row::* member) const { return shortest(row.*member); }
  std::string operator()(std::pair<Score Row::*, double Score::*> part) const {
    return shortest(row.*part.first.*part.second);
  }
  std::string operator()(std::pair<std::optional<Score> Row::*, double Score::*> part) const {
    const auto& score = row.*part.first;
    return score ? shortest((*score).*part.second) : "";
  }
};

template <class Number>
bool parse(std::string_view cell, Number& value) {
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc() && end == cell.data() + cell.size();
}

template <class Row>
struct CellReader {
  Row& row;
  std::string_view cell;
  bool operator()(std::int64_t Row::* member) const { return parse(cell, row.*member); }
  bool operator()(double Row::* member) const { return parse(cell, row.*member); }
  bool operator()(std::pair<Score Row::*, double Score::*> part) const {
    return parse(cell, row.*part.first.*part.second);
  }
  bool operator()(std::pair<std::optional<Score> Row::*, double Score::*> part) const {
    if (cell.empty()) return true;
    auto& score = row.*part.first;
    if (!score) score.emplace();
    return parse(cell, (*score).*part.second);
  }
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; (at = text.find(separator)) != std::string_view::npos;) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

/// The complete lines of a text; what follows the last line's end is left out.
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
    line += std::visit(CellWriter<Row>{row}, column.place);
  }
  return line;
}

/// The row that a line holds; on a damaged line, `complaint` says what is wrong.
template <class Row>
Row from_line(std::string_view line, std::string& complaint) {
  Row row;
  const auto cells = split(line, ',');
  const auto& list = columns<Row>();
  if (cells.size() != list.size()) {
    complaint = std::to_string(cells.size()) + " cells, expected " + std::to_string(list.size());
    return row;
  }
  for (std::size_t i = 0; i < list.size(); ++i)
    if (!std::visit(CellReader<Row>{row, cells[i]}, list[i].place)) {
      complaint =
          std::string(list[i].name) + " is '" + std::string(cells[i]) + "', expected a number";
      return row;
    }
  // Loss and error of a split stand together: one of them alone reads back with the other as 0.
  for (std::size_t i = 0; i < list.size(); ++i)
    if (cells[i].empty() && !std::visit(CellWriter<Row>{row}, list[i].place).empty())
      complaint = std::string(list[i].name) + " is empty, expected a number";
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
    std::string complaint;
    rows.push_back(from_line<Row>(lines[i], complaint));
    if (!complaint.empty()) throw damaged(path, i + 1, complaint);
    if (rows.size() > 1 && rows.back().iteration <= rows[rows.size() - 2].iteration)
      throw damaged(path, i + 1,
                    "iteration " + std::to_string(rows.back().iteration) + " follows " +
                        std::to_string(rows[rows.size() - 2].iteration) + ", expected a later one");
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
    if (i > 0 && !parse(first, row_iteration))
      throw damaged(path, i + 1, "iteration is '" + std::string(first) + "', expected a number");
    if (i == 0 || row_iteration <= iteration) kept += std::string(lines[i]) + "\n";
  }
  if (kept != text) write_text(path, kept);
}

template class CsvWriter<Record>;
template class CsvWriter<Timing>;
template std::vector<Record> read_csv(const std::filesystem::path&);
template std::vector<Timing> read_csv(const std::filesystem::path&);

}  // namespace reslab::app
