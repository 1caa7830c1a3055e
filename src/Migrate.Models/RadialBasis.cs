using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// Gaussian expansion of one number: exp(−γ (d − c_b)²) with evenly spaced centres c_b and γ = 1/spacing (not 1/spacing², as in the
/// published code). The centres are a float32 buffer of the checkpoint in every dtype; γ is taken from their float32 mean spacing.
/// </summary>
public sealed class RadialBasis : NetworkPart
{
    private readonly Tensor _centers;
    private readonly ScalarType _dtype;
    private double? _gamma;

    /// <summary>Centres from <paramref name="lowest"/> to <paramref name="highest"/>.</summary>
    public RadialBasis(double lowest, double highest, int bins, ScalarType dtype, Device device)
        : base(nameof(RadialBasis))
    {
        _dtype = dtype;
        _centers = NewBuffer("centers", linspace(lowest, highest, bins, float32, device));
    }

    /// <summary>γ of the centres as they are now, in the unit of the number to the power −1 (published code: 9.874999751686126 per Å for
    /// 80 centres on [0, 8], 19.49999974574894 for 40 on [−1, 1]).</summary>
    public double Gamma
    {
        get
        {
            if (_gamma is null)
            {
                var centers = CentersOnHost();
                _gamma = GammaOf(centers[0], centers[^1], centers.Length);
            }

            return _gamma.Value;
        }
    }

    /// <summary>Expands numbers.</summary>
    /// <param name="values">[R] numbers.</param>
    /// <returns>[R, bins].</returns>
    public Tensor Forward(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var scope = NewDisposeScope();
        var offset = values.unsqueeze(1) - _centers.to(_dtype);
        return (offset * offset * HeldScalar.Of(-Gamma)).exp().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// γ of evenly spaced centres: 1/spacing, the spacing rounded to float32 as in the reference (the exact mean does not depend on
    /// summation order).
    /// </summary>
    internal static double GammaOf(float first, float last, int bins) => 1 / (double)(float)(((double)last - first) / (bins - 1));

    /// <summary>To be called after new centres were loaded.</summary>
    internal void CentersChanged() => _gamma = null;

    private float[] CentersOnHost()
    {
        using var scope = NewDisposeScope();
        return _centers.cpu().data<float>().ToArray();
    }
}
