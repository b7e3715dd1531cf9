#pragma once

#include <cstdint>
#include <functional>

namespace reslab {

/// As many threads as there are processors, between 1 and 16.
int worker_count();

/// Calls work(first, last) for pieces of at most `piece` of the numbers 0 … count−1, each number
/// once, from up to `threads` threads, the caller's among them. The pieces' bounds do not depend on
/// the threads. An exception ends the work; of several, the one of the lowest piece is thrown.
void in_pieces(std::int64_t count, std::int64_t piece, int threads,
               const std::function<void(std::int64_t first, std::int64_t last)>& work);

}  // namespace reslab
