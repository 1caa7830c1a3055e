using Migrate.Native;

namespace Migrate.Models;

/// <summary>
/// An embedding, and the edge gate of the first convolution that reads it, at evenly spaced points. Cubic (four-point Lagrange)
/// interpolation between them errs by at most 3/128 h⁴ max|f⁗|, most in the middle of an interval; the spacing h is halved until the
/// error there is below the tolerance.
/// </summary>
internal sealed unsafe class EmbeddingTable : IDisposable
{
    private const int FirstIntervals = 128, LastIntervals = 16384;

    private EmbeddingTable(double low, double spacing, int intervals, double error, AlignedBuffer value, AlignedBuffer gate) =>
        (Low, Spacing, Intervals, Error, Value, Gate) = (low, spacing, intervals, error, value, gate);

    /// <summary>Number at abscissa 0.</summary>
    public double Low { get; }

    /// <summary>From abscissa to abscissa.</summary>
    public double Spacing { get; }

    public int Intervals { get; }

    /// <summary>Largest error found half-way between the points, relative to the largest value of its table, in exact arithmetic.</summary>
    public double Error { get; }

    /// <summary>[intervals + 3, stride] the embedding.</summary>
    public AlignedBuffer Value { get; }

    /// <summary>[intervals + 3, stride] the gate W e.</summary>
    public AlignedBuffer Gate { get; }

    /// <summary>Tabulates on [low, high]; beyond it the value at the end is taken.</summary>
    public static EmbeddingTable Create(ModelWeights weights, string embedding, string gate, double low, double high, int stride, double tolerance)
    {
        var channels = weights[$"{gate}.bias"].Length;
        for (var intervals = FirstIntervals; ; intervals *= 2)
        {
            var spacing = (high - low) / intervals;
            // Points −1, 0, 1, … intervals + 1, and what lies half-way between.
            var points = Evaluate(weights, embedding, gate, Enumerable.Range(-1, intervals + 3).Select(i => low + (i * spacing)));
            var middles = Evaluate(weights, embedding, gate, Enumerable.Range(0, intervals).Select(i => low + ((i + 0.5) * spacing)));
            var error = Math.Max(MiddleError(points.Value, middles.Value, channels), MiddleError(points.Gate, middles.Gate, channels));
            if (error <= tolerance || intervals >= LastIntervals)
            {
                return new EmbeddingTable(
                    low, spacing, intervals, error, Rows(points.Value, channels, stride), Rows(points.Gate, channels, stride));
            }
        }
    }

    /// <summary>Abscissa of a number in units of the spacing.</summary>
    public double Position(double value) => Math.Clamp((value - Low) / Spacing, 0, Intervals);

    public void Dispose()
    {
        Value.Dispose();
        Gate.Dispose();
    }

    /// <summary>Embedding and gate of numbers, in double precision.</summary>
    /// <returns>[n, channels] each; the gate is W e without its bias.</returns>
    public static (double[] Value, double[] Gate) Evaluate(ModelWeights weights, string embedding, string gate, IEnumerable<double> at)
    {
        using var function = new Embedding(Arithmetic.Float64, weights, embedding);
        var channels = weights[$"{gate}.bias"].Length;
        using var product = new DenseLayer(Arithmetic.Float64, weights[$"{gate}.weight"], new double[channels], silu: false);
        double[] points = [.. at];
        var value = new double[(long)points.Length * channels];
        using var scratch = new AlignedBuffer();
        using var memory = new AlignedBuffer();
        var bytes = KernelLibrary.WorkspaceBytes(Arithmetic.Float64, Math.Max(function.Depth, channels), 1);
        var workspace = new NativeWorkspace { Memory = memory.Take<byte>(bytes), Bytes = bytes, Threads = 1 };
        fixed (double* from = points, to = value)
        {
            function.Run(points.Length, from, to, channels, scratch, workspace);
        }

        return (value, product.Evaluate(value));
    }

    private static double MiddleError(double[] points, double[] middles, int channels)
    {
        var (worst, largest) = (0.0, 0.0);
        for (var i = 0; i < middles.Length; i++)
        {
            // Weights −1/16, 9/16, 9/16, −1/16 of the four points around.
            var guess = ((9 * (points[i + channels] + points[i + (2 * channels)])) - points[i] - points[i + (3 * channels)]) / 16;
            worst = Math.Max(worst, Math.Abs(guess - middles[i]));
            largest = Math.Max(largest, Math.Abs(middles[i]));
        }

        return worst / Math.Max(largest, double.Epsilon);
    }

    private static AlignedBuffer Rows(double[] values, int channels, int stride)
    {
        var rows = new AlignedBuffer();
        var count = values.Length / channels;
        var to = rows.TakeZeroed<float>((long)count * stride);
        for (var r = 0; r < count; r++)
        {
            for (var c = 0; c < channels; c++)
            {
                to[((long)r * stride) + c] = (float)values[(r * channels) + c];
            }
        }

        return rows;
    }
}
