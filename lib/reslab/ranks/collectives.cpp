#include "reslab/ranks/collectives.h"

#include <cstdint>
#include <ranges>
#include <utility>

namespace reslab {
namespace {

using Patience = RankGroup::Patience;

/// Values up to this number are sent whole: for few values, fewer messages count more than fewer
/// bytes.
constexpr std::size_t kSentWhole = 2048;

/// Recursive doubling: each level of the tree exchanges and adds all values.
template <class Number>
void sum_whole(const RankGroup& group, std::span<Number> values, std::span<Number> others,
               const SumSteps<Number>& steps) {
  const auto received = others.first(values.size());
  for (int distance = 1; distance < group.size(); distance *= 2) {
    steps.exchange(group.rank() ^ distance, values, received);
    steps.add(values, received);
  }
}

/// Recursive halving: on each level of the tree, a rank keeps one half of the values and adds its
/// peer's values of this half. Then the peers exchange their sums, from the last level to the
/// first.
template <class Number>
void sum_halves(const RankGroup& group, std::span<Number> values, std::span<Number> others,
                const SumSteps<Number>& steps) {
  struct Level {
    int peer;
    std::span<Number> kept;
    std::span<Number> sent;
  };
  std::vector<Level> levels;
  for (int distance = 1; distance < group.size(); distance *= 2) {
    const auto half = values.size() / 2;
    auto kept = values.first(half);
    auto sent = values.subspan(half);
    if ((group.rank() & distance) != 0) std::swap(kept, sent);
    const int peer = group.rank() ^ distance;
    const auto received = others.first(kept.size());
    steps.exchange(peer, sent, received);
    steps.add(kept, received);
    levels.push_back({peer, kept, sent});
    values = kept;
  }
  for (const auto& level : std::views::reverse(levels))
    steps.exchange(level.peer, level.kept, level.sent);
}

template <class Number>
void sum(const RankGroup& group, std::span<Number> values, std::span<Number> others,
         const SumSteps<Number>& steps) {
  if (values.size() <= kSentWhole)
    sum_whole(group, values, others, steps);
  else
    sum_halves(group, values, others, steps);
}

template <class Number>
void sum_in_cpu_memory(RankGroup& group, std::span<Number> values) {
  std::vector<Number> others(values.size());
  sum<Number>(group, values, others,
              {[&group](int peer, std::span<const Number> out, std::span<Number> in) {
                 group.exchange(peer, std::as_bytes(out), std::as_writable_bytes(in));
               },
               [](std::span<Number> sums, std::span<const Number> added) {
                 for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += added[i];
               }});
}

template <class Number>
std::span<std::byte> bytes_of(Number& number) {
  return std::as_writable_bytes(std::span(&number, 1));
}

std::span<std::byte> bytes_of(std::string& text) {
  return std::as_writable_bytes(std::span(text.data(), text.size()));
}

}  // namespace

void sum_over_ranks(RankGroup& group, std::span<float> values) { sum_in_cpu_memory(group, values); }

void sum_over_ranks(RankGroup& group, std::span<double> values) {
  sum_in_cpu_memory(group, values);
}

void sum_over_ranks(const RankGroup& group, std::span<float> values, std::span<float> others,
                    const SumSteps<float>& steps) {
  sum(group, values, others, steps);
}

void broadcast(RankGroup& group, std::span<std::byte> bytes, Patience patience) {
  // A binomial tree: the ranks that have the bytes double in each round.
  for (int having = 1; having < group.size(); having *= 2) {
    if (group.rank() < having && group.rank() + having < group.size())
      group.exchange(group.rank() + having, bytes, {}, patience);
    else if (group.rank() >= having && group.rank() < 2 * having)
      group.exchange(group.rank() - having, {}, bytes, patience);
  }
}

std::string broadcast_text(RankGroup& group, const std::string& text, Patience patience) {
  auto size = static_cast<std::uint64_t>(text.size());
  broadcast(group, bytes_of(size), patience);
  auto shared = text;
  shared.resize(size);
  broadcast(group, bytes_of(shared), patience);
  return shared;
}

std::vector<std::string> gather_texts(RankGroup& group, const std::string& text) {
  if (group.rank() != 0) {
    auto size = static_cast<std::uint64_t>(text.size());
    group.exchange(0, bytes_of(size), {});
    group.exchange(0, std::as_bytes(std::span(text.data(), text.size())), {});
    return {};
  }
  std::vector<std::string> texts{text};
  for (int peer = 1; peer < group.size(); ++peer) {
    std::uint64_t size = 0;
    group.exchange(peer, {}, bytes_of(size));
    group.exchange(peer, {}, bytes_of(texts.emplace_back(size, '\0')));
  }
  return texts;
}

}  // namespace reslab
