using Migrate.Graphs;

namespace Migrate.Baselines.Catalogue;

/// <summary>
/// Descriptors of the sites' surroundings, by their Voronoi cells: coordination, bond-orientational order, shapes of the faces, how unlike the
/// bonds and cells of the sites are.
/// </summary>
internal static class SiteDescriptors
{
    private const DescriptorFamily Family = DescriptorFamily.Structure;

    private const string Heterogeneity = "Ward et al., Phys. Rev. B 96, 024104 (2017)";

    private static readonly (string Name, string Meaning, string Source)[] Quantities =
    [
        ("coordination number", "ions of the other sign whose Voronoi face is at least a fifth of the largest such face", "O'Keeffe, Acta Cryst. A35, 772 (1979)"),
        ("effective coordination number", "(sum of the solid angles)² over the sum of their squares, of all faces", "O'Keeffe, Acta Cryst. A35, 772 (1979)"),
        ("q2", "bond-orientational order parameter l = 2, faces weighted by area", "Mickel et al., J. Chem. Phys. 138, 044501 (2013)"),
        ("q4", "bond-orientational order parameter l = 4, faces weighted by area", "Mickel et al., J. Chem. Phys. 138, 044501 (2013)"),
        ("q6", "bond-orientational order parameter l = 6, faces weighted by area", "Mickel et al., J. Chem. Phys. 138, 044501 (2013)"),
        ("bond length", "mean distance of a site's neighbours, weighted by the area of their faces, over the mean of all sites", Heterogeneity),
        ("bond-length variation", "mean absolute deviation of a site's bond lengths, weighted by area, over their mean", Heterogeneity),
        ("cell volume", "volume of a site's Voronoi cell over the mean of all sites", Heterogeneity),
        ("faces", "faces of a site's Voronoi cell", "Rycroft, Chaos 19, 041111 (2009)"),
    ];

    private static readonly string[] Statistics = ["mean", "standard deviation", "minimum", "maximum"];

    // Edges of the faces in a Voronoi index.
    private static readonly int[] Edges = [3, 4, 5, 6, 7, 8];

    public static IReadOnlyList<Descriptor> All { get; } =
    [
        // The mean of what is taken over the mean of all sites is 1.
        .. Quantities.SelectMany(q => Statistics.Where(statistic => Tells(q.Name, statistic)).Select(statistic =>
            new Descriptor($"{q.Name} of sites: {statistic}", "", $"{statistic} over the sites: {q.Meaning}", q.Source, Family))),
        .. Edges.SelectMany(edges => new[] { "mean", "standard deviation" }.Select(statistic => new Descriptor(
            $"share of faces with {edges} edges: {statistic}", "", $"{statistic} over the sites of the share of Voronoi faces with {edges} edges", "Rycroft, Chaos 19, 041111 (2009)", Family))),
    ];

    public static IEnumerable<double> Compute(StructureAnalysis analysis)
    {
        if (analysis.Cells is not { } cells)
        {
            return Enumerable.Repeat(double.NaN, All.Count);
        }

        var n = analysis.Structure.Count;
        var values = Quantities.Select(_ => new double[n]).ToArray();
        var shares = Edges.Select(_ => new double[n]).ToArray();
        for (var i = 0; i < n; i++)
        {
            var faces = cells[i].ToArray();
            var (area, angles, squares) = (faces.Sum(f => f.Area), faces.Sum(f => f.SolidAngle), faces.Sum(f => f.SolidAngle * f.SolidAngle));
            var length = faces.Sum(f => f.Area * f.Displacement.Length) / area;
            double[] of =
            [
                analysis.Coordination(cells, i).Count, angles * angles / squares, Order(faces, area, 2), Order(faces, area, 4), Order(faces, area, 6), length,
                faces.Sum(f => f.Area * Math.Abs(f.Displacement.Length - length)) / area / length, cells.Volumes[i], faces.Length,
            ];
            for (var q = 0; q < of.Length; q++)
            {
                values[q][i] = of[q];
            }

            for (var e = 0; e < Edges.Length; e++)
            {
                shares[e][i] = (double)faces.Count(f => f.Edges == Edges[e]) / faces.Length;
            }
        }

        foreach (var relative in new[] { 5, 7 })
        {
            var mean = values[relative].Average();
            values[relative] = [.. values[relative].Select(v => v / mean)];
        }

        return
        [
            .. Quantities.SelectMany((q, k) => Summarize(values[k]).Where((_, s) => Tells(q.Name, Statistics[s]))),
            .. shares.SelectMany(share => Summarize(share).Take(2)),
        ];
    }

    /// <summary>
    /// q_l = sqrt(4π / (2l + 1) Σ_m |Σ_f w_f Y_lm|²); by the addition theorem of spherical harmonics sqrt(ΣΣ w_f w_g P_l(cos θ_fg)), in which no
    /// axis is singled out.
    /// </summary>
    internal static double Order(ReadOnlySpan<VoronoiFace> faces, double area, int l)
    {
        var sum = 0.0;
        foreach (var f in faces)
        {
            foreach (var g in faces)
            {
                var cosine = f.Displacement.Dot(g.Displacement) / (f.Displacement.Length * g.Displacement.Length);
                sum += f.Area * g.Area * Legendre(l, cosine);
            }
        }

        return Math.Sqrt(Math.Max(0, sum)) / area;
    }

    private static double Legendre(int l, double x)
    {
        var (previous, value) = (1.0, x);
        for (var n = 1; n < l; n++)
        {
            (previous, value) = (value, ((((2 * n) + 1) * x * value) - (n * previous)) / (n + 1));
        }

        return value;
    }

    private static bool Tells(string quantity, string statistic) => statistic != "mean" || quantity is not ("bond length" or "cell volume");

    private static double[] Summarize(double[] values)
    {
        var mean = values.Average();
        return [mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), values.Min(), values.Max()];
    }
}
