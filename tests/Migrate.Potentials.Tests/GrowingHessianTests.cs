using Migrate.Potentials.Optimization;
using static TorchSharp.torch;

namespace Migrate.Potentials.Tests;

/// <summary>The Hessian that grows, against the dense matrix that takes the same updates.</summary>
public sealed class GrowingHessianTests
{
    private const double Stiffness = 70;

    [Theory]
    [InlineData(30, 4, false)]
    [InlineData(30, 4, true)]
    [InlineData(9, 20, false)] // more directions than there are
    [InlineData(9, 20, true)]
    public void Steps_are_those_of_the_dense_matrix(int size, int updates, bool indefinite)
    {
        var random = new Random(5);
        var hessian = new GrowingHessian(size, Stiffness);
        using var scope = NewDisposeScope();
        // A quadratic surface, which keeps every update well conditioned; with negative curvatures where it is asked for.
        var curvatures = linspace(indefinite ? -100.0 : 5.0, 120.0, size, float64);
        var (axes, _) = linalg.qr(tensor([.. Enumerable.Range(0, size * size).Select(_ => random.NextDouble() - 0.5)], [size, size]));
        var surface = axes.mm(diag(curvatures)).mm(axes.t());
        var dense = eye(size, dtype: float64) * Stiffness;
        var lowest = double.PositiveInfinity;
        for (var k = 0; k < updates; k++)
        {
            var s = tensor([.. Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5)], [size]);
            var y = surface.mv(s);
            hessian.Update(Numbers(s), Numbers(y));
            var h = dense.mv(s);
            dense = dense + (outer(y, y) / y.dot(s)) - (outer(h, h) / s.dot(h));
            Assert.Equal(Math.Min(size, 2 * (k + 1)), hessian.Rank);

            var f = tensor([.. Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5)], [size]);
            var (values, vectors) = linalg.eigh(dense);
            lowest = Math.Min(lowest, values[0].item<double>());
            var expected = Numbers(vectors.mv(vectors.t().mv(f) / values.abs()));
            var scale = expected.Max(Math.Abs);
            Assert.All(hessian.SolveAbsolute(Numbers(f)).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-8 * scale));
        }

        Assert.Equal(indefinite, lowest < 0);
    }

    [Fact]
    public void A_direction_that_is_known_adds_none()
    {
        var hessian = new GrowingHessian(6, Stiffness);
        hessian.Update([0, 0, 1, 0, 0, 0], [0, 0, 50, 0, 0, 0]);
        hessian.Update([0, 0, 2, 0, 0, 0], [0, 0, 60, 0, 0, 0]);
        Assert.Equal(1, hessian.Rank);
        Assert.Equal([1 / Stiffness, 0, 1.0 / 30, 0, 0, 0], hessian.SolveAbsolute([1, 0, 1, 0, 0, 0]).Select(x => Math.Round(x, 14)), (a, b) => Math.Abs(a - b) < 1e-13);
    }

    private static double[] Numbers(Tensor tensor) => tensor.contiguous().data<double>().ToArray();
}
