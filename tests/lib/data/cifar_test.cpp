#include "reslab/data/cifar.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "folder.h"
#include "refusal.h"
#include "reslab/base/random.h"

namespace reslab {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// Records with the given labels (in the last label byte) and random pixels.
std::string records(const CifarFormat& format, const std::vector<int>& labels) {
  std::string bytes;
  Random random{7};
  for (const int label : labels) {
    bytes += std::string(format.label_bytes - 1, '\x13') + static_cast<char>(label);
    for (int i = 0; i < 3072; ++i) bytes += static_cast<char>(random.below(256));
  }
  return bytes;
}

struct Parsed {
  CifarImages images;
  std::vector<std::string> errors;
};

Parsed parse(const std::string& bytes, const CifarFormat& format, std::int64_t count) {
  Parsed parsed;
  parse_cifar(std::as_bytes(std::span(bytes)), format, count, "f.bin", parsed.images,
              parsed.errors);
  return parsed;
}

// Writes a whole data set of black images of class 0.
void write_blank(const Folder& folder, const CifarFormat& format) {
  const auto write = [&](const std::string& name, std::int64_t count) {
    std::filesystem::resize_file(folder.write(name, ""),
                                 static_cast<std::uintmax_t>(count) * (format.label_bytes + 3072));
  };
  for (const auto& name : format.train_files) write(name, format.train_file_records);
  write(format.test_file, format.test_file_records);
}

CifarSource source_in(const Folder& folder, const CifarFormat& format) {
  return {format, folder / ""};
}

TEST(Cifar, ReadsLabelsAndPixelsOfBothFormats) {
  for (const auto* format : {&cifar10_format(), &cifar100_format()}) {
    const auto bytes = records(*format, {3, 9, 0});
    const auto parsed = parse(bytes, *format, 3);
    EXPECT_THAT(parsed.errors, IsEmpty());
    EXPECT_THAT(parsed.images.labels, ElementsAre(3, 9, 0));
    ASSERT_EQ(parsed.images.pixels.size(), 3 * 3072U);
    for (std::size_t image = 0; image < 3; ++image)
      for (std::size_t channel = 0; channel < 3; ++channel)
        for (std::size_t place = 0; place < 1024; ++place)
          ASSERT_EQ(parsed.images.pixels[image * 3072 + place * 3 + channel],
                    static_cast<std::uint8_t>(bytes[image * (format->label_bytes + 3072) +
                                                    format->label_bytes + channel * 1024 + place]));
  }
}

TEST(Cifar, SaysWhatIsWrongWithAFile) {
  const auto& format = cifar10_format();
  const auto bytes = records(format, {1, 2});
  EXPECT_THAT(parse(bytes.substr(0, 5000), format, 2).errors,
              ElementsAre(AllOf(StartsWith("f.bin: 5000 bytes, truncated"),
                                HasSubstr("not a whole number of records"), HasSubstr("6146"))));
  EXPECT_THAT(parse(bytes, format, 3).errors,
              ElementsAre(AllOf(HasSubstr("truncated"), HasSubstr("9219"))));
  EXPECT_THAT(parse(bytes, format, 1).errors, ElementsAre(HasSubstr("larger than it should be")));
  EXPECT_THAT(parse("", format, 1).errors, ElementsAre(HasSubstr("0 bytes, truncated")));
  EXPECT_THAT(
      parse(records(format, {1, 10, 255}), format, 3).errors,
      ElementsAre("f.bin: 2 labels out of range (record 1 has label 10); CIFAR-10 has 0 to 9"));
}

TEST(Cifar, LoadsAWholeFolder) {
  const Folder folder;
  write_blank(folder, cifar100_format());
  const auto source = source_in(folder, cifar100_format());
  EXPECT_THAT(source.file_errors(Splits::all), IsEmpty());
  const auto data = source.load(Splits::all);
  EXPECT_EQ(data.train->size(), 50000);
  EXPECT_EQ(data.test->size(), 10000);
  EXPECT_EQ(data.validation, nullptr);
  EXPECT_EQ(data.height, 32);
  EXPECT_EQ(data.width, 32);
  EXPECT_EQ(data.classes.size(), 100U);
  EXPECT_EQ(source.outline()->train_images, 50000);
}

TEST(Cifar, KeepsTheFirstImagesOfEachClass) {
  const auto kept = [](const std::vector<int>& labels, std::int64_t count, std::int64_t classes) {
    auto parsed = parse(records(cifar10_format(), labels), cifar10_format(), std::ssize(labels));
    const auto all = parsed.images;
    keep_balanced(parsed.images, count, classes);
    EXPECT_EQ(parsed.images.pixels.size(), parsed.images.labels.size() * 3072);
    // The images are told apart by their pixels, which are random.
    std::vector<std::size_t> indices;
    for (std::size_t i = 0, next = 0; i < labels.size(); ++i) {
      if (next == parsed.images.labels.size()) break;
      if (!std::equal(all.pixels.begin() + static_cast<std::ptrdiff_t>(i * 3072),
                      all.pixels.begin() + static_cast<std::ptrdiff_t>((i + 1) * 3072),
                      parsed.images.pixels.begin() + static_cast<std::ptrdiff_t>(next * 3072)))
        continue;
      EXPECT_EQ(parsed.images.labels[next], labels[i]);
      indices.push_back(i);
      ++next;
    }
    return indices;
  };
  EXPECT_THAT(kept({1, 1, 1, 0, 1, 0, 0}, 4, 2), ElementsAre(0, 1, 3, 5));
  EXPECT_THAT(kept({1, 1, 1, 0, 1, 0, 0}, 3, 2), ElementsAre(0, 3, 5));
  EXPECT_THAT(kept({1, 1, 1, 1, 0}, 4, 2), ElementsAre(0, 1, 2, 4));
  EXPECT_THAT(kept({1, 0, 1}, 3, 2), ElementsAre(0, 1, 2));
}

TEST(Cifar, TrainsOnAPart) {
  const Folder folder;
  write_blank(folder, cifar10_format());
  Cifar10Options options;
  options.root = folder / "";
  options.train = 2000;
  options.test = 500;
  const auto source = options.source();
  const auto data = source->load(Splits::all);
  EXPECT_EQ(data.train->size(), 2000);
  EXPECT_EQ(data.test->size(), 500);
  EXPECT_EQ(source->outline()->train_images, 2000);
  EXPECT_EQ(source->outline()->test_images, 500);
  EXPECT_THAT(source->describe(Splits::all),
              HasSubstr("2,000 of 50,000 training and 500 of 10,000 test images"));
}

TEST(Cifar, ReadsCoarseLabels) {
  const auto& format = cifar100_coarse_format();
  auto bytes = records(format, {3, 9});
  bytes[0] = 19;
  bytes[3074] = 7;
  EXPECT_THAT(parse(bytes, format, 2).images.labels, ElementsAre(19, 7));
  bytes[0] = 20;
  EXPECT_THAT(parse(bytes, format, 2).errors, ElementsAre(HasSubstr("has 0 to 19")));
  Cifar100Options options;
  EXPECT_EQ(options.source()->outline()->classes, 100);
  options.labels = Cifar100Options::Labels::coarse;
  EXPECT_EQ(options.source()->outline()->classes, 20);
}

TEST(Cifar, EvaluatesWithTheTestFileAlone) {
  const Folder folder;
  const auto& format = cifar10_format();
  write_blank(folder, format);
  for (const auto& file : format.train_files) std::filesystem::remove(folder / file);
  const auto source = source_in(folder, format);
  EXPECT_THAT(source.file_errors(Splits::without_training), IsEmpty());
  const auto data = source.load(Splits::without_training);
  EXPECT_EQ(data.train, nullptr);
  EXPECT_EQ(data.test->size(), 10000);
}

TEST(Cifar, TakesClassNamesFromTheirFile) {
  const Folder folder;
  write_blank(folder, cifar10_format());
  folder.write("batches.meta.txt", "a\nb\nc\nd\r\ne\nf\ng\nh\ni\nj\n\n");
  EXPECT_THAT(source_in(folder, cifar10_format()).load(Splits::all).classes,
              ElementsAre("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));
}

TEST(Cifar, NamesEveryMissingAndDamagedFileAtOnce) {
  const Folder folder;
  const auto source = source_in(folder, cifar10_format());
  write_blank(folder, cifar10_format());
  std::filesystem::remove(folder / "data_batch_2.bin");
  std::filesystem::remove(folder / "test_batch.bin");
  std::filesystem::resize_file(folder / "data_batch_4.bin", 30729999);
  const auto missing = [](const char* name) {
    return AllOf(HasSubstr(name), HasSubstr("no such file"), HasSubstr("cifar-10-binary.tar.gz"));
  };
  folder.write("batches.meta.txt", "cat\ndog\n");
  EXPECT_THAT(source.file_errors(Splits::all),
              ElementsAre(missing("data_batch_2.bin"), missing("test_batch.bin")));
  EXPECT_THAT(refusal([&] { source.load(Splits::all); }),
              ElementsAre(missing("data_batch_2.bin"), missing("test_batch.bin"),
                          AllOf(HasSubstr("data_batch_4.bin"), HasSubstr("truncated")),
                          AllOf(HasSubstr("2 class names"), HasSubstr("CIFAR-10 has 10"))));
}

}  // namespace
}  // namespace reslab
