using Migrate.Graphs;
using Migrate.Models.Readouts;
using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>The attention of MODEL-4 on graphs of different sizes: against its formula in plain loops, and its gradients against finite differences.</summary>
public class AttentionTests
{
    private const int Width = 4;

    private static readonly int[] Sizes = [3, 1, 6];

    [Fact]
    public void Output_equals_the_formula()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var batch = Batch();
        using var attention = Create(dropout: 0.2, out var atoms);
        attention.eval();
        var parameters = attention.named_parameters().ToDictionary(p => p.name, p => Numbers(p.parameter));
        GoldenNetworkTests.AssertClose(Formula(Numbers(atoms), parameters), Numbers(attention.Forward(batch, atoms)), 1e-13, 0);
    }

    [Fact]
    public void Gradients_equal_finite_differences()
    {
        const double Step = 1e-6;
        using var scope = NewDisposeScope();
        using var batch = Batch();
        using var attention = Create(dropout: 0, out var atoms);
        atoms.requires_grad_(true);
        Tensor[] inputs = [atoms, .. attention.parameters()];
        Tensor Loss() => (attention.Forward(batch, atoms) * (arange(1, (Sizes.Length * Width) + 1, ScalarType.Float64).view(Sizes.Length, Width).sin())).sum();
        Loss().backward();
        foreach (var input in inputs)
        {
            using var guard = no_grad();
            var (values, gradient) = (input.view(-1), Numbers(input.grad!));
            Assert.True(gradient.Max(Math.Abs) > 1e-4, "small inputs leave tanh and ReLU away from their flat ends, so every gradient counts");
            for (var i = 0; i < values.numel(); i++)
            {
                var old = values[i].item<double>();
                values[i] = old + Step;
                var above = Loss().item<double>();
                values[i] = old - Step;
                var below = Loss().item<double>();
                values[i] = old;
                Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-7);
            }
        }
    }

    [Fact]
    public void Weights_are_dropped_in_training_only()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var batch = Batch();
        using var dropping = Create(dropout: 0.5, out var atoms);
        using var keeping = Create(dropout: 0, out _);
        var whole = Numbers(keeping.Forward(batch, atoms));
        dropping.eval();
        Assert.Equal(whole, Numbers(dropping.Forward(batch, atoms)));
        dropping.train();
        keeping.train();
        Assert.Equal(whole, Numbers(keeping.Forward(batch, atoms)));
        // Ten weights, each dropped with probability 1/2: once in a thousand times none is, so five times in a row practically never.
        Assert.Contains(Enumerable.Range(0, 5), _ => !Numbers(dropping.Forward(batch, atoms)).SequenceEqual(whole));
    }

    // softmax over the atoms of Σ_j tanh(k_i · q_j); LayerNorm(mean(X) + Σ_i a_i V_i): architecture of the published code.
    private static double[] Formula(double[] atoms, Dictionary<string, double[]> parameters)
    {
        var result = new List<double>();
        var begin = 0;
        foreach (var size in Sizes)
        {
            double[][] x = [.. Enumerable.Range(begin, size).Select(i => atoms[(Width * i)..(Width * (i + 1))])];
            double[][] Map(string name) => [.. x.Select(row => Enumerable.Range(0, Width).Select(c => Math.Max(
                0, parameters[$"linear_{name}.bias"][c] + Dot(parameters[$"linear_{name}.weight"].AsSpan(c * Width, Width), row))).ToArray())];
            var (q, k, v) = (Map("q"), Map("k"), Map("v"));
            double[] exponentials = [.. k.Select(ki => Math.Exp(q.Sum(qj => Math.Tanh(Dot(ki, qj)))))];
            double[] sum = [.. Enumerable.Range(0, Width).Select(c =>
                x.Average(row => row[c]) + v.Select((row, i) => row[c] * exponentials[i] / exponentials.Sum()).Sum())];
            var (mean, variance) = (sum.Average(), sum.Average(s => (s - sum.Average()) * (s - sum.Average())));
            result.AddRange(sum.Select((s, c) =>
                ((s - mean) / Math.Sqrt(variance + 1e-5) * parameters["norm.weight"][c]) + parameters["norm.bias"][c]));
            begin += size;
        }

        return [.. result];
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    // Weights and atoms from a generator of its own: tests run side by side.
    private static AtomAttention Create(double dropout, out Tensor atoms)
    {
        using var generator = new Generator(3);
        var attention = new AtomAttention(Width, dropout, ScalarType.Float64, CPU);
        using var guard = no_grad();
        foreach (var parameter in attention.parameters())
        {
            parameter.copy_(randn(parameter.shape, ScalarType.Float64, generator: generator) * 0.4);
        }

        atoms = randn([Sizes.Sum(), Width], ScalarType.Float64, generator: generator);
        return attention;
    }

    private static BandBatch Batch() => BandBatch.Create(
        GraphBatch.Create([.. Sizes.Select((size, i) => HandMadeGraphs.Random(i, size, 4, 2))]), new AlignnOptions(), ScalarType.Float64, CPU);

    private static double[] Numbers(Tensor tensor) => tensor.detach().contiguous().data<double>().ToArray();
}
