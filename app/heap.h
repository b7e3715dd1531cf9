#pragma once

namespace reslab::app {

// Makes the C library keep the memory that tensors leave behind instead of handing each of them
// back to the system: a training step frees and asks for the same megabytes again and again, and to
// have them mapped and cleared anew takes a fifth of the step. Does nothing where the C library is
// not GNU's.
void keep_freed_memory();

}  // namespace reslab::app
