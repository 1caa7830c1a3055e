using TorchSharp;

namespace Migrate.Models;

/// <summary>
/// Numbers as arguments of tensor operations. TorchSharp frees a scalar once nothing managed refers to it, which may be while libtorch still reads it: the
/// operation takes its address out of the object and then forgets the object. These stay until many others were made on the same thread.
/// </summary>
public static class HeldScalar
{
    // More than the operations of one expression use.
    private const int Held = 64;

    [ThreadStatic]
    private static Scalar[]? _ring;

    [ThreadStatic]
    private static int _next;

    /// <summary>A number that outlives the operation it is given to.</summary>
    public static Scalar Of(double value) => Keep(value.ToScalar());

    /// <summary>A whole number that outlives the operation it is given to.</summary>
    public static Scalar Of(long value) => Keep(value.ToScalar());

    private static Scalar Keep(Scalar scalar)
    {
        var ring = _ring ??= new Scalar[Held];
        ring[_next] = scalar;
        _next = (_next + 1) % Held;
        return scalar;
    }
}
