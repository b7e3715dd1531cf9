#include "reslab/train/checkpoint.h"

#include <gmock/gmock.h>

#include "folder.h"
#include "lib/train/small_training.h"
#include "refusal.h"
#include "reslab/base/file.h"

namespace reslab {
namespace {

using testing::HasSubstr;

/// A checkpoint of a training after two steps.
class Checkpoint : public testing::Test {
 protected:
  Checkpoint() {
    training_.begin();
    advance_to(2);
    training_.trainer->save(file_);
  }

  void advance_to(std::int64_t iteration) {
    while (training_.trainer->iteration() < iteration) training_.trainer->advance();
  }

  Folder folder_;
  std::filesystem::path file_ = folder_ / "state.safetensors";
  Training training_;
};

TEST_F(Checkpoint, EveryChangedOrMissingByteIsNoticed) {
  ASSERT_EQ(read_checkpoint(file_).error, "");
  const auto whole = read_text(file_);
  // The header ends with spaces and begins with the metadata, in which the checksum itself stands.
  const auto data = whole.find("data_offsets");
  for (std::size_t at = data; at < whole.size(); at += 4999) {
    auto changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    write_text(file_, changed);
    EXPECT_THAT(read_checkpoint(file_).error, HasSubstr(file_.string() + ": ")) << at;
    write_text(file_, whole.substr(0, at));
    EXPECT_THAT(read_checkpoint(file_).error, HasSubstr(file_.string() + ": ")) << at;
    auto zeros = whole.substr(0, at);
    zeros.resize(whole.size());
    write_text(file_, zeros);
    EXPECT_THAT(read_checkpoint(file_).error, HasSubstr(file_.string() + ": ")) << at;
  }
}

TEST_F(Checkpoint, TheOneBeforeIsKept) {
  advance_to(4);
  training_.trainer->save(file_);
  Training resumed;
  resumed.begin().restore(previous_checkpoint(file_));
  EXPECT_EQ(resumed.trainer->iteration(), 2);
  resumed.begin().restore(file_);
  EXPECT_EQ(resumed.trainer->iteration(), 4);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / ""), {}), 2);
}

TEST_F(Checkpoint, OfAnotherFormatIsRefusedAndNotDamaged) {
  auto file = load_tensors(file_);
  save_tensors(file_, file.tensors, {{"format", "reslab-checkpoint-0"}});
  const auto lines = refusal([this] { read_checkpoint(file_); });
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], HasSubstr("its format is 'reslab-checkpoint-0', expected "));
}

}  // namespace
}  // namespace reslab
