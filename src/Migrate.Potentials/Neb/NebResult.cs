namespace Migrate.Potentials.Neb;

/// <summary>A band, or why there is none.</summary>
public sealed record NebResult
{
    /// <summary>The path.</summary>
    public required NebPath Path { get; init; }

    /// <summary>Images, ends included; empty where <see cref="Error"/> is set before there were any.</summary>
    public IReadOnlyList<NebImage> Images { get; init; } = [];

    /// <summary>Whether the band, and the ends where they were relaxed, fell below the tolerance of the forces.</summary>
    public bool IsConverged { get; init; }

    /// <summary>Why there is no barrier, in a line; null where there is one.</summary>
    public string? Error { get; init; }

    /// <summary>Relaxation of the initial configuration; empty where it was not relaxed.</summary>
    public IReadOnlyList<NebStep> InitialLog { get; init; } = [];

    /// <summary>Relaxation of the final configuration; empty where it was not relaxed.</summary>
    public IReadOnlyList<NebStep> FinalLog { get; init; } = [];

    /// <summary>Steps of the band.</summary>
    public IReadOnlyList<NebStep> BandLog { get; init; } = [];

    /// <summary>Configurations that were evaluated.</summary>
    public int Evaluations { get; init; }

    /// <summary>The highest image.</summary>
    public NebImage Highest => Images.MaxBy(image => image.Energy)!;

    /// <summary>Highest energy less that of the first image, eV.</summary>
    public double ForwardBarrier => Highest.Energy - Images[0].Energy;

    /// <summary>Highest energy less that of the last image, eV.</summary>
    public double ReverseBarrier => Highest.Energy - Images[^1].Energy;

    /// <summary>Highest less lowest energy of all images, eV: the published convention.</summary>
    public double Barrier => Highest.Energy - Images.Min(image => image.Energy);

    /// <summary>
    /// Highest less lowest value of a cubic spline through energies and slopes, eV: what lies between images counts (Henkelman, Uberuaga and Jónsson, J. Chem.
    /// Phys. 113, 9901 (2000), appendix).
    /// </summary>
    public double InterpolatedBarrier
    {
        get
        {
            var values = Profile(64).Select(p => p.Energy).ToList();
            return values.Max() - values.Min();
        }
    }

    /// <summary>Points of that spline.</summary>
    /// <param name="perLink">Points from one image to the next.</param>
    /// <returns>Length along the band, Å, and energy, eV, absolute.</returns>
    public IEnumerable<(double Coordinate, double Energy)> Profile(int perLink)
    {
        for (var i = 0; i + 1 < Images.Count; i++)
        {
            var (a, b) = (Images[i], Images[i + 1]);
            var h = b.Coordinate - a.Coordinate;
            for (var k = 0; k < perLink; k++)
            {
                var t = (double)k / perLink;
                var (t2, t3) = (t * t, t * t * t);
                yield return (
                    a.Coordinate + (t * h),
                    (((2 * t3) - (3 * t2) + 1) * a.Energy) + ((t3 - (2 * t2) + t) * h * a.Slope) + (((3 * t2) - (2 * t3)) * b.Energy) + ((t3 - t2) * h * b.Slope));
            }
        }

        if (Images.Count > 0)
        {
            yield return (Images[^1].Coordinate, Images[^1].Energy);
        }
    }
}
