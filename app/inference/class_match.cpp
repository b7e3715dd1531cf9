#include "app/inference/class_match.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "reslab/base/error.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

/// "'cat', 'dog' and 3 more"
std::string shown(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  const auto first = std::span(names).first(std::min(names.size(), kMost));
  return joined(first, ", ", [](const auto& name) { return in_quotes(printable(name)); }) +
         (names.size() > kMost ? fmt::format(" and {} more", names.size() - kMost) : "");
}

std::vector<std::string> difference(const std::vector<std::string>& a,
                                    const std::vector<std::string>& b) {
  std::vector<std::string> names;
  for (const auto& name : a)
    if (std::ranges::find(b, name) == b.end()) names.push_back(name);
  return names;
}

class RelabelledImages : public Images {
 public:
  RelabelledImages(std::shared_ptr<const Images> images, std::vector<std::int64_t> labels)
      : images_(std::move(images)), labels_(std::move(labels)) {}

  std::int64_t size() const override { return images_->size(); }
  std::int64_t label(std::int64_t index) const override {
    return labels_[static_cast<std::size_t>(images_->label(index))];
  }
  LazyImage view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    return images_->view(index, buffer);
  }
  bool in_memory() const override { return images_->in_memory(); }

 private:
  std::shared_ptr<const Images> images_;
  std::vector<std::int64_t> labels_;  // by the images' own labels
};

}  // namespace

void check_outputs(std::int64_t outputs, const std::vector<std::string>& names,
                   const std::string& network) {
  if (outputs < 2)
    throw InvalidInput(
        fmt::format("{} has {}; expected at least 2: with fewer, every image gets "
                    "the same class with 100 %",
                    network, counted(outputs, "output")));
  if (std::ssize(names) > outputs)
    throw InvalidInput(fmt::format("{} has {} outputs and names for {}; expected at most as many",
                                   network, outputs, names.size()));
}

ClassMatch match_classes(const std::vector<std::string>& known, std::int64_t outputs,
                         const std::vector<std::string>& data, const std::string& network) {
  check_outputs(outputs, known, network);
  ClassMatch match;
  match.classes = known;
  if (known.empty()) {
    if (std::ssize(data) != outputs)
      throw InvalidInput(
          fmt::format("{} has {} outputs without names, the data have {} classes; expected as many",
                      network, outputs, data.size()));
    match.classes = data;
    match.notes.push_back("assumed: the outputs are the data's classes in their order: " +
                          shown(data) + " (the weights do not name them)");
  }
  if (const auto unknown = difference(data, match.classes); !unknown.empty())
    throw InvalidInput(fmt::format("{} does not know the data's {} {}; its classes are {}", network,
                                   unknown.size() == 1 ? "class" : "classes", shown(unknown),
                                   shown(match.classes)));
  if (const auto absent = difference(match.classes, data); !absent.empty())
    match.notes.push_back("the data have no images of the network's " + shown(absent));
  for (const auto& name : data)
    match.output.push_back(std::ranges::find(match.classes, name) - match.classes.begin());
  return match;
}

std::shared_ptr<const Images> relabelled(std::shared_ptr<const Images> images,
                                         const ClassMatch& match) {
  return std::make_shared<RelabelledImages>(std::move(images), match.output);
}

}  // namespace reslab::app
