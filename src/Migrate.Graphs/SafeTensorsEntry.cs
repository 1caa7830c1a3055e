using System.Runtime.InteropServices;

namespace Migrate.Graphs;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Unique in its file.</param>
/// <param name="DType">Element type in the format's words: "F64", "F32", "F16", "BF16", "I64", "I32", "U8", …</param>
/// <param name="Shape">Lengths of the axes; empty for a scalar.</param>
/// <param name="Bytes">Elements, little-endian, last axis fastest.</param>
public sealed record SafeTensorsEntry(string Name, string DType, long[] Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Number of elements.</summary>
    public long ElementCount => Shape.Aggregate(1L, (count, length) => checked(count * length));

    /// <summary>A tensor from an array of double, float, long, int or byte, which is copied.</summary>
    /// <param name="name">Unique in its file.</param>
    /// <param name="values">Elements, last axis fastest.</param>
    /// <param name="shape">Lengths of the axes; if left out, one axis.</param>
    /// <exception cref="ArgumentException">The shape does not fit, or there is no name for the type.</exception>
    public static SafeTensorsEntry Create<T>(string name, ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        var entry = new SafeTensorsEntry(
            name, NameOf<T>(), shape.Length == 0 ? [values.Length] : shape, MemoryMarshal.AsBytes(values).ToArray());
        return entry.ElementCount == values.Length
            ? entry
            : throw new ArgumentException(
                $"tensor {name}: {values.Length} values do not fill the shape [{string.Join(", ", shape)}]", nameof(shape));
    }

    /// <summary>The elements as an array.</summary>
    /// <typeparam name="T">double, float, long, int or byte: it must be the element type of the tensor.</typeparam>
    /// <exception cref="ArgumentException">The tensor has another element type.</exception>
    public T[] ToArray<T>()
        where T : unmanaged =>
        NameOf<T>() == DType
            ? MemoryMarshal.Cast<byte, T>(Bytes.Span).ToArray()
            : throw new ArgumentException($"tensor {Name} holds {DType}, not {NameOf<T>()}");

    /// <summary>Bytes of one element, or 0 for a type that the format does not have.</summary>
    internal static int SizeOf(string dtype) => dtype switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => 1,
        _ => 0,
    };

    private static string NameOf<T>() =>
        typeof(T) == typeof(double) ? "F64"
        : typeof(T) == typeof(float) ? "F32"
        : typeof(T) == typeof(Half) ? "F16"
        : typeof(T) == typeof(long) ? "I64"
        : typeof(T) == typeof(int) ? "I32"
        : typeof(T) == typeof(byte) ? "U8"
        : throw new ArgumentException($"{typeof(T).Name} is no element type here");
}
