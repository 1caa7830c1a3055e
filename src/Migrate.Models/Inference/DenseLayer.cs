using Migrate.Native;

namespace Migrate.Models;

/// <summary>out = activation(in · W + b) with packed weights; batch norm folded in where there is one.</summary>
internal sealed unsafe class DenseLayer : IDisposable
{
    private readonly Arithmetic _arithmetic;
    private readonly AlignedBuffer _weights, _bias;

    /// <summary>A layer.</summary>
    /// <param name="arithmetic">What products are computed in.</param>
    /// <param name="weights">[width, k], row = output channel.</param>
    /// <param name="bias">[width].</param>
    /// <param name="silu">SiLU after the bias.</param>
    /// <param name="panelMajor">Output for a convolution's gates.</param>
    public DenseLayer(Arithmetic arithmetic, double[] weights, double[] bias, bool silu, bool panelMajor = false)
    {
        (_arithmetic, Width, Depth, Silu, PanelMajor) = (arithmetic, bias.Length, weights.Length / bias.Length, silu, panelMajor);
        _weights = KernelLibrary.Pack(arithmetic, weights, Width, Depth);
        _bias = KernelLibrary.Vector(arithmetic == Arithmetic.Float64 ? RowType.Float64 : RowType.Float32, bias, Width);
    }

    public int Width { get; }

    public int Depth { get; }

    private bool Silu { get; }

    private bool PanelMajor { get; }

    /// <summary>A linear layer.</summary>
    public static DenseLayer Linear(Arithmetic arithmetic, ModelWeights weights, string name, bool silu) =>
        new(arithmetic, weights[$"{name}.weight"], weights[$"{name}.bias"], silu);

    /// <summary>Linear, batch norm with its running statistics, SiLU.</summary>
    public static DenseLayer Mlp(Arithmetic arithmetic, ModelWeights weights, string name)
    {
        var (scale, shift) = FoldedNorm.Of(weights, $"{name}.layer.1");
        var (matrix, bias) = FoldedNorm.Apply(weights[$"{name}.layer.0.weight"], weights[$"{name}.layer.0.bias"], scale, shift);
        return new DenseLayer(arithmetic, matrix, bias, silu: true);
    }

    public double Flops(long rows) => 2.0 * rows * Width * Depth;

    /// <summary>Runs the layer.</summary>
    /// <param name="rows">n.</param>
    /// <param name="input">[n, inStride] float or double, as the arithmetic has it.</param>
    /// <param name="inStride">At least the depth.</param>
    /// <param name="output">[n, outStride], or whole panels.</param>
    /// <param name="outStride">At least the width; not used for panels.</param>
    /// <param name="workspace">Scratch.</param>
    public void Run(long rows, void* input, int inStride, void* output, int outStride, in NativeWorkspace workspace)
    {
        var call = new NativeDense
        {
            Arithmetic = _arithmetic,
            Silu = Silu ? 1 : 0,
            PanelMajor = PanelMajor ? 1 : 0,
            N = rows,
            K = Depth,
            InStride = inStride,
            Width = Width,
            OutStride = outStride,
            In = input,
            Weights = _weights.Take<byte>(0),
            Bias = _bias.Take<byte>(0),
            Out = output,
        };
        NativeMethods.Inference.Dense(call, workspace).ThrowIfFailed();
    }

    /// <summary>Runs a layer of double precision on rows that follow each other without gaps; for tables, which are made once.</summary>
    /// <param name="rows">[n, depth].</param>
    /// <returns>[n, width].</returns>
    public double[] Evaluate(double[] rows)
    {
        var count = rows.Length / Depth;
        var output = new double[count * Width];
        var bytes = KernelLibrary.WorkspaceBytes(Arithmetic.Float64, Depth, 1);
        using var memory = new AlignedBuffer();
        var workspace = new NativeWorkspace { Memory = memory.Take<byte>(bytes), Bytes = bytes, Threads = 1 };
        fixed (double* from = rows, to = output)
        {
            Run(count, from, Depth, to, Width, workspace);
        }

        return output;
    }

    public void Dispose()
    {
        _weights.Dispose();
        _bias.Dispose();
    }
}
