using static Migrate.Potentials.Optimization.Vectors;
using static TorchSharp.torch;

namespace Migrate.Potentials.Optimization;

/// <summary>
/// A Hessian that starts as a multiple of the identity and takes BFGS updates. Every update adds two directions at most, so after k of them it is
/// σ (1 − QᵀQ) + Qᵀ S Q with m ≤ 2 k orthonormal rows Q and a small symmetric S: a step costs n m + m³ where the dense matrix costs n³,
/// and holds n m numbers where that holds n². A band of 671 atoms has n = 6,039, and m = 60 after thirty steps.
/// </summary>
/// <param name="size">n, variables.</param>
/// <param name="stiffness">σ, eV/Å².</param>
internal sealed class GrowingHessian(int size, double stiffness)
{
    // What is left of a direction when the known ones are taken out, below this share of it, is rounding.
    private const double Rounding = 1e-10;

    private readonly List<double[]> _basis = [];
    private double[,] _inner = new double[0, 0];

    /// <summary>m, the directions with a curvature of their own.</summary>
    public int Rank => _basis.Count;

    /// <summary>The Broyden–Fletcher–Goldfarb–Shanno update H + y yᵀ/(y·s) − H s sᵀ H/(s·H s).</summary>
    /// <param name="step">[n] s, Å.</param>
    /// <param name="change">[n] y, the change of the gradient along it, eV/Å.</param>
    public void Update(double[] step, double[] change)
    {
        Include(step);
        Include(change);
        double[] s = Project(step), y = Project(change);
        var m = Rank;
        var h = new double[m];
        double curvature = 0, along = 0;
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                h[i] += _inner[i, j] * s[j];
            }

            curvature += s[i] * h[i];
            along += s[i] * y[i];
        }

        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                _inner[i, j] += (y[i] * y[j] / along) - (h[i] * h[j] / curvature);
            }
        }
    }

    /// <summary>|H|⁻¹ f.</summary>
    /// <param name="forces">[n] f, eV/Å.</param>
    /// <returns>[n] Å.</returns>
    public double[] SolveAbsolute(double[] forces)
    {
        var inside = Project(forces);
        var outside = (double[])forces.Clone();
        var step = new double[size];
        var solved = Rank == 0 ? [] : Solve(inside);
        for (var k = 0; k < Rank; k++)
        {
            Add(outside, -inside[k], _basis[k]);
            Add(step, solved[k], _basis[k]);
        }

        Add(step, 1 / stiffness, outside);
        return step;
    }

    // |S|⁻¹ c. A positive definite S has no eigenvalue to turn around: its Cholesky factor gives the same for a small part of the work.
    private double[] Solve(double[] inside)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Tensor inner = tensor(_inner), right = tensor(inside);
        var (factor, info) = linalg.cholesky_ex(inner);
        if (info.item<int>() == 0)
        {
            var half = linalg.solve_triangular(factor, right.unsqueeze(1), upper: false);
            return linalg.solve_triangular(factor.mT, half, upper: true).squeeze(1).contiguous().data<double>().ToArray();
        }

        var (values, vectors) = linalg.eigh(inner);
        return vectors.mv(vectors.t().mv(right) / values.abs()).data<double>().ToArray();
    }

    // A direction of its own for what the basis does not hold of a vector. Taken out twice: once leaves rounding of the size of what was taken.
    private void Include(double[] vector)
    {
        var rest = (double[])vector.Clone();
        var length = Norm(rest);
        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var direction in _basis)
            {
                Add(rest, -Dot(direction, rest), direction);
            }
        }

        var left = Norm(rest);
        if (Rank == size || !(left > Rounding * length))
        {
            return;
        }

        for (var i = 0; i < size; i++)
        {
            rest[i] /= left;
        }

        _basis.Add(rest);
        var wider = new double[Rank, Rank];
        for (var i = 0; i < Rank - 1; i++)
        {
            for (var j = 0; j < Rank - 1; j++)
            {
                wider[i, j] = _inner[i, j];
            }
        }

        wider[Rank - 1, Rank - 1] = stiffness;
        _inner = wider;
    }

    private double[] Project(double[] vector) => [.. _basis.Select(direction => Dot(direction, vector))];
}
