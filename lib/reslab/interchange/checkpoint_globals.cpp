#include "reslab/interchange/checkpoint_globals.h"

#include <algorithm>
#include <array>

namespace reslab::pickle {
namespace {

constexpr auto kGlobals = std::to_array<CheckpointGlobal>({
    {"torch._utils._rebuild_tensor", Role::tensor},
    {"torch._utils._rebuild_tensor_v2", Role::tensor},
    {"torch._utils._rebuild_tensor_v3", Role::typed_tensor},
    {"torch._utils._rebuild_parameter", Role::parameter},
    {"torch._utils._rebuild_parameter_with_state", Role::parameter},
    {"torch._tensor._rebuild_from_type_v2", Role::subclass},

    {"torch._utils._rebuild_sparse_tensor", Role::unreadable, "", 0,
     "is sparse; expected tensor.to_dense()"},
    {"torch._utils._rebuild_qtensor", Role::unreadable, "", 0,
     "is quantized; expected tensor.dequantize()"},
    {"torch._utils._rebuild_nested_tensor", Role::unreadable, "", 0,
     "is a nested tensor; expected tensors of one shape each"},
    {"torch._utils._rebuild_meta_tensor_no_storage", Role::unreadable, "", 0,
     "has no values: it is on the device 'meta'; expected a tensor with values"},
    {"torch._utils._rebuild_wrapper_subclass", Role::unreadable, "", 0,
     "is of a class without a storage; expected a plain tensor"},
    {"torch._utils._rebuild_device_tensor_from_numpy", Role::unreadable, "", 0,
     "is stored as a NumPy array; expected tensor.cpu()"},
    {"torch._utils._rebuild_device_tensor_from_cpu_tensor", Role::unreadable, "", 0,
     "is of another device's class; expected tensor.cpu()"},
    {"torch.nn.parameter.UninitializedParameter", Role::unreadable, "", 0,
     "has no values: no image went through its lazy layer; expected a tensor with values"},
    {"torch.nn.parameter.UninitializedBuffer", Role::unreadable, "", 0,
     "has no values: no image went through its lazy layer; expected a tensor with values"},

    {"torch.BFloat16Storage", Role::storage, "BF16", 2},
    {"torch.BoolStorage", Role::storage, "BOOL", 1},
    {"torch.ByteStorage", Role::storage, "U8", 1},
    {"torch.CharStorage", Role::storage, "I8", 1},
    {"torch.ComplexDoubleStorage", Role::storage, "C128", 16},
    {"torch.ComplexFloatStorage", Role::storage, "C64", 8},
    {"torch.DoubleStorage", Role::storage, "F64", 8},
    {"torch.FloatStorage", Role::storage, "F32", 4},
    {"torch.HalfStorage", Role::storage, "F16", 2},
    {"torch.IntStorage", Role::storage, "I32", 4},
    {"torch.LongStorage", Role::storage, "I64", 8},
    {"torch.ShortStorage", Role::storage, "I16", 2},
    {"torch.UntypedStorage", Role::untyped_storage, "", 1},
    {"torch.storage.UntypedStorage", Role::untyped_storage, "", 1},

    {"torch.bfloat16", Role::dtype, "BF16"},
    {"torch.bool", Role::dtype, "BOOL"},
    {"torch.complex128", Role::dtype, "C128"},
    {"torch.complex64", Role::dtype, "C64"},
    {"torch.float16", Role::dtype, "F16"},
    {"torch.float32", Role::dtype, "F32"},
    {"torch.float64", Role::dtype, "F64"},
    {"torch.float8_e4m3fn", Role::dtype, "F8_E4M3"},
    {"torch.float8_e5m2", Role::dtype, "F8_E5M2"},
    {"torch.int16", Role::dtype, "I16"},
    {"torch.int32", Role::dtype, "I32"},
    {"torch.int64", Role::dtype, "I64"},
    {"torch.int8", Role::dtype, "I8"},
    {"torch.uint16", Role::dtype, "U16"},
    {"torch.uint32", Role::dtype, "U32"},
    {"torch.uint64", Role::dtype, "U64"},
    {"torch.uint8", Role::dtype, "U8"},
});

}  // namespace

const CheckpointGlobal& checkpoint_global(std::string_view name) {
  static constexpr CheckpointGlobal kOpaque;
  const auto* const found = std::ranges::find(kGlobals, name, &CheckpointGlobal::name);
  return found == kGlobals.end() ? kOpaque : *found;
}

}  // namespace reslab::pickle
