using Migrate.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// From tensors to the pointers of native calls, with everything checked that the native side takes for granted. The tensor must be
/// kept alive until the call is over.
/// </summary>
internal static unsafe class TensorDoor
{
    public static RowType TypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => RowType.Float32,
        ScalarType.Float64 => RowType.Float64,
        _ => throw new ArgumentException($"the native kernels compute in float32 and float64, not {tensor.dtype}"),
    };

    /// <summary>A matrix of float or double.</summary>
    public static void* Rows(Tensor tensor, RowType type, long rows, long channels, string name)
    {
        Require(tensor.dim() == 2 && tensor.size(0) == rows && tensor.size(1) == channels, name, $"[{rows}, {channels}]", tensor);
        return Pointer(tensor, type, name);
    }

    /// <summary>A vector of float or double.</summary>
    public static void* Vector(Tensor tensor, RowType type, long length, string name)
    {
        Require(tensor.numel() == length, name, $"{length} numbers", tensor);
        return Pointer(tensor, type, name);
    }

    /// <summary>The same, or null.</summary>
    public static void* OptionalVector(Tensor? tensor, RowType type, long length, string name) =>
        tensor is null ? null : Vector(tensor, type, length, name);

    /// <summary>A vector of int64.</summary>
    public static long* Indices(Tensor tensor, long length, string name)
    {
        Require(tensor.dtype == ScalarType.Int64 && tensor.numel() == length, name, $"{length} int64 numbers", tensor);
        RequirePlace(tensor, name);
        return (long*)TorchMemory.DataPointer(tensor.Handle);
    }

    private static void* Pointer(Tensor tensor, RowType type, string name)
    {
        Require(TypeOf(tensor) == type, name, $"{type}", tensor);
        RequirePlace(tensor, name);
        return (void*)TorchMemory.DataPointer(tensor.Handle);
    }

    private static void RequirePlace(Tensor tensor, string name) =>
        Require(tensor.device_type == DeviceType.CPU && tensor.is_contiguous(), name, "contiguous, on the CPU", tensor);

    private static void Require(bool condition, string name, string expected, Tensor tensor)
    {
        if (!condition)
        {
            throw new ArgumentException(
                $"{name} must be {expected}; it is {tensor.dtype} [{string.Join(", ", tensor.shape)}] on {tensor.device}"
                + (tensor.is_contiguous() ? "" : ", not contiguous"));
        }
    }
}
