using static TorchSharp.torch;

namespace Migrate.Potentials;

/// <summary>What computes energies and their gradients.</summary>
public enum PotentialKernels
{
    /// <summary>The native library where it has the network (M3GNet) and the device is the processor, else torch.</summary>
    Auto,

    /// <summary>Operators of torch and its autograd: the reference.</summary>
    Torch,
}

/// <summary>How a potential computes.</summary>
public sealed record PotentialOptions
{
    /// <summary>
    /// Type of every number between positions and energy: <see cref="ScalarType.Float64"/> (default: converged bands are sensitive to
    /// rounding) or <see cref="ScalarType.Float32"/>, about twice as fast.
    /// </summary>
    public ScalarType Precision { get; init; } = ScalarType.Float64;

    /// <summary>Device of the computation; neighbour lists are made by the processor.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>What computes.</summary>
    public PotentialKernels Kernels { get; init; }

    /// <summary>
    /// Bonds that are computed at once. A batch with more is cut into parts, at structures: more cost memory (some 20 kB a bond), and are
    /// slower where they leave the caches. 0: 2,048 on a processor, where more never was faster, and 131,072 on a GPU.
    /// </summary>
    public int BondsAtOnce { get; init; }

    /// <summary>
    /// Parts of a batch that are computed at the same time, each on one thread: on a processor that is faster than to let every small product use all of
    /// them, so torch itself should then be set to one thread. 0: as many as there are processors, on a GPU one.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>Checks every member.</summary>
    /// <exception cref="ArgumentException">A member is out of its range.</exception>
    public void Validate()
    {
        if (Precision is not (ScalarType.Float64 or ScalarType.Float32))
        {
            throw new ArgumentException($"precision is {Precision}; it must be Float64 or Float32");
        }

        ArgumentNullException.ThrowIfNull(Device);
        ArgumentOutOfRangeException.ThrowIfNegative(BondsAtOnce);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
    }
}
