using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>What can be said of the network without reference numbers.</summary>
public class NetworkShapeTests
{
    [Fact]
    public void Published_sizes_give_the_published_number_of_parameters()
    {
        // 4,076,033: counted in the published MODEL-3 code with its default sizes.
        using var network = new Alignn(new AlignnOptions(), new TorchConvolutionKernels(), ScalarType.Float32, CPU);
        Assert.Equal(4_076_033, network.parameters().Sum(p => p.numel()));
    }

    [Fact]
    public void Gaussians_have_the_published_widths()
    {
        // Published code, float32 centres: 1 / mean spacing.
        using var bonds = new RadialBasis(0, 8, 80, ScalarType.Float64, CPU);
        using var angles = new RadialBasis(-1, 1, 40, ScalarType.Float64, CPU);
        Assert.Equal(9.874999751686126, bonds.Gamma, 15);
        Assert.Equal(19.49999974574894, angles.Gamma, 14);
    }
}
