#include "reslab/interchange/pickle.h"

#include <gmock/gmock.h>

#include "refusal.h"

namespace reslab::pickle {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Pickle parsed(const std::string& text) {
  return pickle::parse(std::as_bytes(std::span(text)), "x");
}

std::vector<std::string> refused(const std::string& text) {
  return refusal([&] { parsed(text); });
}

/// An operation with a 32-bit little-endian argument, such as LONG_BINGET.
std::string operation(char code, std::uint32_t argument) {
  std::string text(1, code);
  for (int i = 0; i < 4; ++i) text += static_cast<char>(argument >> (8 * i));
  return text;
}

TEST(Pickle, ReadsPlainValues) {
  const auto pickle = parsed(
      "\x80\x02(K\x05M\x01\x02J\xff\xff\xff\xff\x8a\x02\x00\xffG?\xf8\0\0\0\0\0\0X\x02\0\0\0hiU\x01!N\x88\x89t."s);
  const auto& items = std::get<Sequence>(pickle[pickle.root]).items;
  EXPECT_TRUE(std::get<Sequence>(pickle[pickle.root]).tuple);
  ASSERT_EQ(items.size(), 10);
  for (std::size_t i = 0; const std::int64_t expected : {5, 513, -1, -256})
    EXPECT_EQ(std::get<std::int64_t>(pickle[items[i++]]), expected);
  EXPECT_EQ(std::get<double>(pickle[items[4]]), 1.5);
  EXPECT_EQ(std::get<std::string>(pickle[items[5]]), "hi");
  EXPECT_EQ(std::get<std::string>(pickle[items[6]]), "!");
  EXPECT_TRUE(std::holds_alternative<None>(pickle[items[7]]));
  EXPECT_TRUE(std::get<bool>(pickle[items[8]]));
  EXPECT_FALSE(std::get<bool>(pickle[items[9]]));
}

TEST(Pickle, IntegersOfEveryLength) {
  EXPECT_EQ(std::get<std::int64_t>(parsed("\x8a\0."s)[0]), 0);
  EXPECT_EQ(std::get<std::int64_t>(parsed("\x8a\x08\0\0\0\0\0\0\0\x80."s)[0]), INT64_MIN);
  EXPECT_TRUE(std::holds_alternative<BigInteger>(parsed("\x8a\x09\0\0\0\0\0\0\0\0\x01."s)[0]));
}

TEST(Pickle, ACallIsNotCalled) {
  const auto pickle = parsed("ccollections\nOrderedDict\n)Rq\0K\x01K\x02sh\0}b."s);
  const auto& call = std::get<Call>(pickle[pickle.root]);
  EXPECT_EQ(std::get<Global>(pickle[call.function]).name, "collections.OrderedDict");
  EXPECT_TRUE(std::get<Sequence>(pickle[call.arguments]).items.empty());
  ASSERT_EQ(call.items.items.size(), 1);
  EXPECT_EQ(std::get<std::int64_t>(pickle[call.items.items[0].second]), 2);
}

TEST(Pickle, ValuesInsideOfThemselvesAreNoTrouble) {
  const auto list = parsed("]q\0h\0a."s);
  EXPECT_THAT(std::get<Sequence>(list[list.root]).items, ElementsAre(list.root));
  const auto dict = parsed("}q\0K\x01h\0s."s);
  EXPECT_EQ(std::get<Dict>(dict[dict.root]).items[0].second, dict.root);
}

TEST(Pickle, DepthCostsNoStack) {
  constexpr int kDepth = 1'000'000;
  std::string nested;
  for (int i = 0; i < kDepth; ++i) nested += ']';
  nested.append(kDepth - 1, 'a');
  const auto pickle = parsed(nested + ".");
  EXPECT_EQ(pickle.values.size(), kDepth);
}

TEST(Pickle, AnyGlobalIsOnlyAName) {
  for (const auto* name : {"os\nsystem", "posix\nsystem", "__builtin__\neval", "builtins\ngetattr",
                           "collections\nOrderedDict.__init__", "torch\nload"}) {
    const std::string text(name);
    const auto pickle = parsed("c" + text + "\n(X\x02\0\0\0hitR."s);
    auto dotted = text;
    dotted.replace(dotted.find('\n'), 1, ".");
    const auto& call = std::get<Call>(pickle[pickle.root]);
    EXPECT_EQ(std::get<Global>(pickle[call.function]).name, dotted);
  }
}

TEST(Pickle, ReadsProtocols3To5) {
  const auto pickle = parsed(
      "\x80\x05\x95\x40\0\0\0\0\0\0\0(\x8c\x02hi\x94\x8d\x01\0\0\0\0\0\0\0!B\x02\0\0\0abC\x01z"
      "\x96\x01\0\0\0\0\0\0\0y\x8f(K\x01\x90(K\x02\x91h\0\x8c\x01m\x8c\x01n\x93)}\x92t."s);
  const auto& items = std::get<Sequence>(pickle[pickle.root]).items;
  ASSERT_EQ(items.size(), 9);
  for (std::size_t i = 0; const std::string expected : {"hi", "!", "ab", "z", "y"})
    EXPECT_EQ(std::get<std::string>(pickle[items[i++]]), expected);
  for (const std::size_t set : {5, 6})
    EXPECT_EQ(std::get<Sequence>(pickle[items[set]]).items.size(), 1);
  EXPECT_EQ(items[7], items[0]);  // from the memo
  const auto& call = std::get<Call>(pickle[items[8]]);
  EXPECT_EQ(std::get<Global>(pickle[call.function]).name, "m.n");
}

TEST(Pickle, AResultMayBeCalled) {
  const auto pickle = parsed("cfunctools\npartial\n)R)R0K\x01."s);
  EXPECT_EQ(std::get<std::int64_t>(pickle[pickle.root]), 1);
}

TEST(Pickle, RefusesDamagedOnesWithOneLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "ends too early"},
      {"K", "ends too early"},
      {"X\xff\xff\xff\xff", "ends too early"},
      {operation('\x8b', 0xffffffff) + ".", "ends too early"},
      {"cos", "ends too early"},
      {".", "damaged"},
      {"(.", "damaged"},
      {"t.", "damaged"},
      {"(K\x01(s.", "damaged"},
      {"K\x01q\0h\1."s, "recalls"},
      {operation('j', 7) + ".", "recalls"},
      {"K\x01K\x02R.", "calls a value that is no function"},
      {"ccollections\nOrderedDict\n]R.", "calls a value that is no function"},
      {")K\x01"
       "a.",
       "appends"},
      {"K\x01K\x01K\x02s.", "assigns"},
      {"}(K\x01u.", "assigns"},
      {"\x80\x06.", "protocol 6, expected 2 to 5"},
      {"i", "operation 105 at byte 0"},
      {"2", "operation 50"},
      {"P0\n.", "operation 80"},
      {"K\x01K\x01\x93.", "a global whose name is no text"},
      {"X\xe8\x03\0\0"s + std::string(1000, 'x') + "\x8c\x01y\x93.", "too long"},
      {"\x97.", "operation 151"},
      {"\x82\x01.", "operation 130"},
  };
  for (const auto& [text, line] : cases) EXPECT_THAT(refused(text), ElementsAre(HasSubstr(line)));
}

TEST(Pickle, RefusesOnesThatWouldTakeAllMemory) {
  const std::string many(3'000'000, '}');
  EXPECT_THAT(refused(many + "."), ElementsAre(HasSubstr("more values than a checkpoint needs")));
  std::string marks(20'000'000, '(');
  EXPECT_THAT(refused(marks + "."), ElementsAre(HasSubstr("more values than a checkpoint needs")));
  const auto text = operation('X', 70U << 20) + std::string(std::size_t{70} << 20, 'x') + ".";
  EXPECT_THAT(refused(text), ElementsAre(HasSubstr("larger than a checkpoint needs")));
}

}  // namespace
}  // namespace reslab::pickle
