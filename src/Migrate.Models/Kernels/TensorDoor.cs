using Migrate.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// From tensors to the pointers of native calls, with everything checked that the native side takes for granted. The tensor must be
/// kept alive until the call is over; on a GPU, until it is queued.
/// </summary>
/// <param name="place">Where the tensors must be.</param>
/// <param name="ordinal">Number of the device there, or -1 for any.</param>
/// <param name="alignment">Bytes that addresses of what has channels are multiples of.</param>
internal sealed unsafe class TensorDoor(DeviceType place, int ordinal = -1, int alignment = 1)
{
    public static RowType TypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => RowType.Float32,
        ScalarType.Float64 => RowType.Float64,
        _ => throw new ArgumentException($"the native kernels compute in float32 and float64, not {tensor.dtype}"),
    };

    /// <summary>A contiguous, aligned tensor; the given one if it is that.</summary>
    public Tensor Dense(Tensor tensor)
    {
        var dense = tensor.contiguous();
        return IsAligned(dense) ? dense : dense.clone();
    }

    /// <summary>A matrix of float or double.</summary>
    public void* Rows(Tensor tensor, RowType type, long rows, long channels, string name)
    {
        Require(tensor.dim() == 2 && tensor.size(0) == rows && tensor.size(1) == channels, name, $"[{rows}, {channels}]", tensor);
        return AlignedPointer(tensor, type, name);
    }

    /// <summary>A number of float or double for each channel.</summary>
    public void* Vector(Tensor tensor, RowType type, long channels, string name)
    {
        Require(tensor.numel() == channels, name, $"{channels} numbers", tensor);
        return AlignedPointer(tensor, type, name);
    }

    /// <summary>A number of float or double for each row; null where each is 1.</summary>
    public void* Weights(Tensor? tensor, RowType type, long rows, string name)
    {
        if (tensor is null)
        {
            return null;
        }

        Require(tensor.numel() == rows, name, $"{rows} numbers", tensor);
        return Pointer(tensor, type, name);
    }

    /// <summary>A vector of int64.</summary>
    public long* Indices(Tensor tensor, long length, string name)
    {
        Require(tensor.dtype == ScalarType.Int64 && tensor.numel() == length, name, $"{length} int64 numbers", tensor);
        RequirePlace(tensor, name);
        return (long*)TorchMemory.DataPointer(tensor.Handle);
    }

    private void* AlignedPointer(Tensor tensor, RowType type, string name)
    {
        var pointer = Pointer(tensor, type, name);
        Require(IsAligned(tensor), name, $"aligned to {alignment} bytes", tensor);
        return pointer;
    }

    private bool IsAligned(Tensor tensor) => TorchMemory.DataPointer(tensor.Handle) % alignment == 0;

    private void* Pointer(Tensor tensor, RowType type, string name)
    {
        Require(TypeOf(tensor) == type, name, $"{type}", tensor);
        RequirePlace(tensor, name);
        return (void*)TorchMemory.DataPointer(tensor.Handle);
    }

    private void RequirePlace(Tensor tensor, string name) => Require(
        tensor.device_type == place && (ordinal < 0 || tensor.device_index == ordinal) && tensor.is_contiguous(), name, $"contiguous, on {Place}", tensor);

    private string Place => place == DeviceType.CPU ? "the CPU" : $"{place}:{ordinal}";

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
