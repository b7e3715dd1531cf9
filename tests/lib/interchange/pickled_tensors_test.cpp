#include "reslab/interchange/pickled_tensors.h"

#include <gmock/gmock.h>

#include "refusal.h"

namespace reslab::pickle {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Pickle parsed_pickle(const std::string& text) { return parse(std::as_bytes(std::span(text)), "x"); }

const auto kStorage =
    "((U\x07storagectorch\nFloatStorage\nU\x01"
    "0U\x03"
    "cpuK\x06NtQ"s;
const auto kSize = "K\x02K\x03\x86"s;
const auto kStrides = "K\x03K\x01\x86"s;
/// The arguments of a call of _rebuild_tensor: (storage, offset, shape, strides).
const auto kArguments = kStorage + "K\x00"s + kSize + kStrides + "t";

std::string with_tensor(const std::string& tensor) { return "}U\x01w" + tensor + "s."; }

TEST(PickledTensors, ReadsWhatPython2AndTheOldestPyTorchWrote) {
  const auto pickle =
      parsed_pickle("ccollections\nOrderedDict\n]](U\x06weightctorch._utils\n_rebuild_tensor\n" +
                    kArguments + "Rea\x85R.");
  const auto found = sections(pickle, "x");
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found.front().name, "");
  const auto tensors = tensors_of(pickle, found.front().dict, "x");
  ASSERT_EQ(tensors.size(), 1);
  const auto& tensor = tensors.front();
  EXPECT_EQ(tensor.name, "weight");
  EXPECT_EQ(tensor.dtype, "F32");
  EXPECT_THAT(tensor.shape, ElementsAre(2, 3));
  EXPECT_THAT(tensor.strides, ElementsAre(3, 1));
  EXPECT_EQ(tensor.offset, 0);
  EXPECT_EQ(tensor.storage, "0");
  const auto known = storages(pickle, "x");
  ASSERT_EQ(known.size(), 1);
  EXPECT_EQ(known.front().elements, 6);
  EXPECT_EQ(known.front().element_size, 4);
}

TEST(PickledTensors, TheLastValueOfANameHolds) {
  const auto tensor = "ctorch._utils\n_rebuild_tensor_v2\n"s;
  const auto other = kStorage + "K\x02K\x01\x85K\x01\x85t";
  const auto pickle =
      parsed_pickle("}(U\x01w" + tensor + kArguments + "RU\x01w" + tensor + other + "Ru.");
  const auto tensors = tensors_of(pickle, pickle.root, "x");
  ASSERT_EQ(tensors.size(), 1);
  EXPECT_EQ(tensors.front().offset, 2);
}

std::vector<std::pair<std::string, std::size_t>> sections_in(const std::string& text) {
  std::vector<std::pair<std::string, std::size_t>> list;
  for (const auto& section : sections(parsed_pickle(text), "x"))
    list.emplace_back(section.name, section.tensors);
  return list;
}

TEST(PickledTensors, FindsDictsHoweverNested) {
  const auto tensor = "ctorch._utils\n_rebuild_tensor_v2\n" + kArguments + "R";
  const auto dict = "}(U\x01w" + tensor + "U\x01v" + tensor + "u";
  // {"a": {"b": [1, {"c": DICT}]}, "d": an object with keys, "e": a tensor}
  EXPECT_THAT(sections_in("}(U\x01"
                          "a}U\x01"
                          "b]K\x01"
                          "a}U\x01"
                          "c" +
                          dict +
                          "sasU\x01"
                          "dcapp\nConfig\n)\x81(U\x01w" +
                          tensor +
                          "uU\x01"
                          "e" +
                          tensor + "u."),
              ElementsAre(std::pair("", 1), std::pair("d", 1), std::pair("a.b.1.c", 2)));
  // A dict inside of itself is visited once.
  EXPECT_THAT(sections_in("}q\0(U\x01"
                          "ah\0U\x01w"s +
                          tensor + "u."),
              ElementsAre(std::pair("", 1)));
  // Eight levels are looked into.
  std::string deep;
  for (int i = 0; i < 7; ++i) deep += "}U\x01x";
  EXPECT_EQ(sections_in(deep + dict + "sssssss.").front().first, "x.x.x.x.x.x.x");
  EXPECT_THAT(refusal([&] { sections_in("}U\x01x" + deep + dict + "ssssssss."); }),
              ElementsAre(HasSubstr("no dict of tensors")));
}

TEST(PickledTensors, SaysWhichTensorsCannotBeRead) {
  const auto tensor = "ctorch._utils\n_rebuild_tensor_v2\n"s +
                      kArguments.substr(0, kArguments.size() - 1) +
                      "\x89}"s;  // without hooks: requires_grad, an empty dict
  const auto error_of = [](const std::string& value) {
    const auto pickle = parsed_pickle(with_tensor(value));
    const auto tensors = tensors_of(pickle, pickle.root, "x");
    EXPECT_EQ(tensors.size(), 1);
    return tensors.empty() ? "" : tensors.front().error;
  };
  EXPECT_EQ(error_of(tensor + "}tR"), "");
  EXPECT_EQ(error_of(tensor + "NtR"), "");
  EXPECT_EQ(error_of(tensor + "}U\x03neg\x89stR"), "");
  EXPECT_EQ(error_of(tensor + "}U\x03neg\x88stR"),
            "is a negative view; expected tensor.resolve_neg()");
  EXPECT_EQ(error_of(tensor + "}U\x04"
                              "conj\x88stR"),
            "is a conjugate view; expected tensor.resolve_conj()");
  EXPECT_THAT(error_of(tensor + "}U\x04soon\x88stR"), HasSubstr("expected tensor.clone()"));
  EXPECT_THAT(error_of("ctorch._utils\n_rebuild_tensor_v3\n" + tensor.substr(tensor.find('(')) +
                       "ctorch\nfloat32\n}U\x03neg\x88stR"),
              HasSubstr("negative view"));
  EXPECT_THAT(error_of("ctorch._utils\n_rebuild_tensor_v3\n" + tensor.substr(tensor.find('(')) +
                       "ctorch\ncomplex64\ntR"),
              HasSubstr("complex numbers"));
  for (const auto& [value, reason] : std::vector<std::pair<std::string, std::string>>{
           {"ctorch._utils\n_rebuild_sparse_tensor\n)R", "sparse"},
           {"ctorch._utils\n_rebuild_qtensor\n)R", "quantized"},
           {"ctorch._utils\n_rebuild_meta_tensor_no_storage\n)R", "'meta'"},
           {"ctorch.nn.parameter\nUninitializedParameter\n)R", "has no values"},
           {"ctorch._utils\n_rebuild_parameter\n(ctorch._utils\n_rebuild_sparse_tensor\n)RtR",
            "sparse"}})
    EXPECT_THAT(error_of(value), HasSubstr(reason));
}

TEST(PickledTensors, AListOfTensorsHasNoNames) {
  const auto tensor = "ctorch._utils\n_rebuild_tensor_v2\n" + kArguments + "R";
  const auto pickle = parsed_pickle("}(U\x01w" + tensor + "U\x01l](" + tensor + tensor + "eu.");
  const auto found = sections(pickle, "x");
  ASSERT_EQ(found.size(), 2);
  EXPECT_FALSE(found[0].is_list);
  EXPECT_TRUE(found[1].is_list);
  EXPECT_EQ(found[1].name, "l");
  EXPECT_EQ(found[1].tensors, 2);
  EXPECT_TRUE(tensors_of(pickle, found[1].dict, "x").empty());
}

TEST(PickledTensors, SaysWhatIsThereInsteadOfTensors) {
  const auto refused = [](const std::string& text) {
    return refusal([&] { sections(parsed_pickle(text), "x"); });
  };
  EXPECT_THAT(refused("}(U\x05"
                      "epochK\x03U\x04lossK\x01u."),
              ElementsAre("x: contains no dict of tensors; its keys: epoch, loss"));
  EXPECT_THAT(refused("}(c_codecs\nencode\n(U\x01wU\x06latin1tRK\x03K\x05K\x01NK\x01u."),
              ElementsAre("x: contains no dict of tensors; its keys: b'w', 5, (no text)"));
  EXPECT_THAT(refused("ctorch._utils\n_rebuild_tensor_v2\n" + kArguments + "R."),
              ElementsAre("x: contains a single tensor; expected torch.save(model.state_dict(), "
                          "…)"));
  EXPECT_THAT(refused("}U\x01wcnumpy.core.multiarray\n_reconstruct\n)Rs."),
              ElementsAre(HasSubstr("contains NumPy arrays")));
  EXPECT_THAT(refused("capp\nResNet\n)\x81}b."),
              ElementsAre("x: contains an object of 'app.ResNet' (a whole model?); expected "
                          "torch.save(model.state_dict(), …)"));
}

TEST(PickledTensors, RefusesTensorsThatAreNone) {
  const auto rebuild = "ctorch._utils\n_rebuild_tensor_v2\n"s;
  const auto typed = "ctorch._utils\n_rebuild_tensor_v3\n"s;
  const auto parameter = "ctorch._utils\n_rebuild_parameter\n"s;
  const auto subclass = "ctorch._tensor\n_rebuild_from_type_v2\n"s;
  const auto storage_with = [](const std::string& kind, const std::string& size) {
    return "((U\x07storage" + kind +
           "U\x01"
           "0U\x03"
           "cpu" +
           size + "NtQK\x00"s + kSize + kStrides + "t";
  };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {with_tensor(rebuild + ")R"), "without a storage"},
      {with_tensor(rebuild + "(K\x01K\x01K\x01K\x01tR"), "without a storage"},
      {with_tensor(typed + kArguments + "R"), "without a storage"},
      {with_tensor(rebuild + kStorage + "K\x00NNtR"s), "shape"},
      {with_tensor(rebuild + kStorage + "K\x00(NtNtR"s), "not of integers"},
      {with_tensor(rebuild + kStorage + "K\x00("s + std::string(65, '\x88') + "tNtR"s),
       "at most 64"},
      {with_tensor(rebuild + storage_with("K\x01", "K\x06") + "R"), "without its type"},
      {with_tensor(rebuild + storage_with("ctorch\nfloat32\n", "K\x06") + "R"), "without its type"},
      {with_tensor(rebuild + storage_with("ctorch\nFloatStorage\n", "J\xff\xff\xff\xff") + "R"),
       "without its key or size"},
      {with_tensor(rebuild + "((U\x06modulectorch\nFloatStorage\nNNNtQK\x00NNtR"s), "whole model"},
      {with_tensor(parameter + ")R"), "a Parameter without a tensor"},
      {with_tensor(subclass + ")R"), "without its arguments"},
      {with_tensor("N"), "contains no dict of tensors"},
      {"K\x01.", "contains no dict"},
  };
  for (const auto& [text, reason] : cases)
    EXPECT_THAT(refusal([&, pickle = parsed_pickle(text)] {
                  for (const auto& section : sections(pickle, "x"))
                    tensors_of(pickle, section.dict, "x");
                }),
                ElementsAre(HasSubstr(reason)));
  const auto both = "(" + rebuild + storage_with("ctorch\nFloatStorage\n", "K\x06") + "R" +
                    rebuild + storage_with("ctorch\nFloatStorage\n", "K\x07") + "Rt.";
  EXPECT_THAT(refusal([&] { storages(parsed_pickle(both), "x"); }),
              ElementsAre(HasSubstr("two sizes")));
}

}  // namespace
}  // namespace reslab::pickle
