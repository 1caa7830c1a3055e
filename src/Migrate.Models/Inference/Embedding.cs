using Migrate.Native;

namespace Migrate.Models;

/// <summary>
/// What a bond length or a cosine becomes: Gaussian expansion and two MLP layers, batch norms folded in. A function of one number.
/// </summary>
internal sealed unsafe class Embedding : IDisposable
{
    // Rows expanded at once: bounds the memory of the expansions.
    private const int Chunk = 4096;

    private readonly RowType _type;
    private readonly int _bins, _basisStride, _middleStride;
    private readonly double _gamma;
    private readonly AlignedBuffer _centers;
    private readonly DenseLayer _first, _second;

    public Embedding(Arithmetic arithmetic, ModelWeights weights, string name)
    {
        _type = arithmetic == Arithmetic.Float64 ? RowType.Float64 : RowType.Float32;
        var centers = weights[$"{name}.0.centers"];
        var lanes = KernelLibrary.TileOf(arithmetic).Lanes;
        _bins = centers.Length;
        _basisStride = KernelLibrary.Padded(_bins, lanes);
        _gamma = RadialBasis.GammaOf((float)centers[0], (float)centers[^1], _bins);
        _centers = KernelLibrary.Vector(_type, centers, _basisStride);
        _first = DenseLayer.Mlp(arithmetic, weights, $"{name}.1");
        _second = DenseLayer.Mlp(arithmetic, weights, $"{name}.2");
        _middleStride = KernelLibrary.Padded(_first.Width, lanes);
        Depth = Math.Max(_first.Depth, _second.Depth);
    }

    /// <summary>Largest depth of its products.</summary>
    public int Depth { get; }

    /// <summary>Distance from the centres at which the Gaussians are gone (below 1e-39).</summary>
    public double Reach => Math.Sqrt(90 / _gamma);

    public double Flops(long rows) => _first.Flops(rows) + _second.Flops(rows);

    /// <summary>Embeds numbers.</summary>
    /// <param name="count">n.</param>
    /// <param name="values">[n].</param>
    /// <param name="rows">[n, stride], zero past the channels already.</param>
    /// <param name="stride">Of the rows.</param>
    /// <param name="scratch">Grows to what is needed.</param>
    /// <param name="workspace">Scratch of the products.</param>
    public void Run(long count, double* values, void* rows, int stride, AlignedBuffer scratch, in NativeWorkspace workspace)
    {
        var size = _type == RowType.Float64 ? 8 : 4;
        var basis = scratch.Take<byte>((long)Chunk * (_basisStride + _middleStride) * size);
        var middle = basis + ((long)Chunk * _basisStride * size);
        for (long begin = 0; begin < count; begin += Chunk)
        {
            var n = Math.Min(Chunk, count - begin);
            var call = new NativeRadialBasis
            {
                Type = _type,
                Threads = workspace.Threads,
                N = n,
                Bins = _bins,
                Stride = _basisStride,
                Values = values + begin,
                Centers = _centers.Take<byte>(0),
                Gamma = _gamma,
                Rows = basis,
            };
            NativeMethods.Inference.RadialBasis(call).ThrowIfFailed();
            _first.Run(n, basis, _basisStride, middle, _middleStride, workspace);
            _second.Run(n, middle, _middleStride, (byte*)rows + (begin * stride * size), stride, workspace);
        }
    }

    public void Dispose()
    {
        _centers.Dispose();
        _first.Dispose();
        _second.Dispose();
    }
}
