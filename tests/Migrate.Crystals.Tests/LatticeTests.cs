namespace Migrate.Crystals.Tests;

public class LatticeTests
{
    [Fact]
    public void Cell_parameters_come_back()
    {
        var lattice = Lattice.FromParameters(5.1, 6.2, 7.3, 71, 82, 113);
        Close(new(5.1, 6.2, 7.3), lattice.Lengths, 1e-12);
        Close(new(71, 82, 113), lattice.Angles, 1e-10);
    }

    // Volume of a triclinic cell by the textbook formula: abc √(1 − cos²α − cos²β − cos²γ + 2 cosα cosβ cosγ).
    [Fact]
    public void Volume_follows_the_formula_of_triclinic_cells()
    {
        var (ca, cb, cg) = (Math.Cos(71 * Math.PI / 180), Math.Cos(82 * Math.PI / 180), Math.Cos(113 * Math.PI / 180));
        var expected = 5.1 * 6.2 * 7.3 * Math.Sqrt(1 - (ca * ca) - (cb * cb) - (cg * cg) + (2 * ca * cb * cg));
        Assert.Equal(expected, Lattice.FromParameters(5.1, 6.2, 7.3, 71, 82, 113).Volume, 1e-9);
    }

    [Fact]
    public void Right_angles_give_exact_zeros()
    {
        var lattice = Lattice.FromParameters(3, 4, 5, 90, 90, 90);
        Assert.Equal((new Vector3D(3, 0, 0), new Vector3D(0, 4, 0), new Vector3D(0, 0, 5)), (lattice.A, lattice.B, lattice.C));
        Assert.Equal(60, lattice.Volume);
        Assert.Equal(new Vector3D(3, 4, 5), lattice.Heights);
    }

    [Fact]
    public void Heights_times_face_areas_are_the_volume()
    {
        var lattice = Lattice.FromParameters(5.1, 6.2, 7.3, 71, 82, 113);
        var areas = new Vector3D(lattice.B.Cross(lattice.C).Length, lattice.C.Cross(lattice.A).Length, lattice.A.Cross(lattice.B).Length);
        for (var axis = 0; axis < 3; axis++)
        {
            Assert.Equal(lattice.Volume, lattice.Heights[axis] * areas[axis], 1e-10);
        }
    }

    [Fact]
    public void Left_handed_cells_are_allowed()
    {
        var lattice = new Lattice(new(0, 4, 0), new(3, 0, 0), new(0, 0, 5));
        Assert.Equal(60, lattice.Volume);
        Close(new(0.25, -0.5, 3), lattice.ToFractional(lattice.ToCartesian(new(0.25, -0.5, 3))), 1e-14);
    }

    [Theory]
    [InlineData(0, 4, 5, 90, 90, 90)]
    [InlineData(3, -4, 5, 90, 90, 90)]
    [InlineData(3, 4, double.NaN, 90, 90, 90)]
    [InlineData(3, 4, double.PositiveInfinity, 90, 90, 90)]
    [InlineData(3, 4, 5, 0, 90, 90)]
    [InlineData(3, 4, 5, 90, 90, 180)]
    [InlineData(3, 4, 5, 30, 30, 90)]
    [InlineData(3, 4, 5, 90, double.NaN, 90)]
    [InlineData(1e-3, 1e-3, 1e-3, 90, 90, 90)]
    public void Impossible_cells_are_refused(double a, double b, double c, double alpha, double beta, double gamma) =>
        Assert.Throws<ArgumentException>(() => Lattice.FromParameters(a, b, c, alpha, beta, gamma));

    [Fact]
    public void Coplanar_vectors_are_refused() => Assert.Throws<ArgumentException>(() => new Lattice(new(1, 2, 3), new(4, 5, 6), new(5, 7, 9)));

    // Brute force over ±12 cells; cells as skewed as files hold them, where rounding each component goes wrong.
    [Fact]
    public void Shortest_image_is_the_shortest_of_all()
    {
        var random = new Random(20260101);
        var better = 0;
        for (var trial = 0; trial < 300; trial++)
        {
            var lattice = SkewedLattice(random);
            var displacement = new Vector3D(Wide(random), Wide(random), Wide(random));
            var image = lattice.ShortestImage(displacement);
            var shift = image - displacement;
            Close(shift.Map(Math.Round), shift, 1e-9);

            var rounded = displacement.Map(x => x - Math.Round(x));
            var shortest = lattice.ToCartesian(image).Length;
            Assert.Equal(BruteForce(lattice, rounded), shortest, 1e-8);
            better += shortest < lattice.ToCartesian(rounded).Length - 1e-6 ? 1 : 0;
        }

        Assert.True(better > 30, $"only {better} trials were harder than rounding");
    }

    private static double BruteForce(Lattice lattice, Vector3D rounded)
    {
        const int Cells = 12;
        var shortest = double.PositiveInfinity;
        for (var i = -Cells; i <= Cells; i++)
        {
            for (var j = -Cells; j <= Cells; j++)
            {
                for (var k = -Cells; k <= Cells; k++)
                {
                    shortest = Math.Min(shortest, lattice.ToCartesian(rounded + new Vector3D(i, j, k)).Length);
                }
            }
        }

        return shortest;
    }

    private static Lattice SkewedLattice(Random random)
    {
        var (a, b, c) = (3 + (4 * random.NextDouble()), 3 + (4 * random.NextDouble()), 3 + (4 * random.NextDouble()));
        double Skew() => 8 * (random.NextDouble() - 0.5);
        return new Lattice(new(a, 0, 0), new(Skew(), b, 0), new(Skew(), Skew(), c));
    }

    private static double Wide(Random random) => 6 * (random.NextDouble() - 0.5);

    private static void Close(Vector3D expected, Vector3D actual, double tolerance) =>
        Assert.True((expected - actual).Length <= tolerance, $"{actual}, expected {expected}");
}
