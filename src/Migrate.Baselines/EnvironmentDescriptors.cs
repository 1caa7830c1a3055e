using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Baselines;

/// <summary>
/// What surrounds the migrating ion at the two ends (their mean) and half-way between, as the first convolution of a pre-trained network sees it
/// (Choudhary and DeCost, npj Comput. Mater. 7, 185 (2021), eq. 1 and 2): which elements are near to each other, and at which distance they matter, was learned from
/// bulk crystals, not from barriers. Every atom within <see cref="Cutoff"/> counts with w(r) = (1 + cos(π r / cutoff)) / 2, so that nothing jumps when
/// an atom comes or goes. For an ion i and its neighbours j:
/// <code>
/// m_j = w(r_j) σ(gate(Z_j) + target(Z_i) + distance(r_j))
/// x   = embedding(Z_i) + SiLU(own(Z_i) + Σ m_j message(Z_j) / (Σ m_j + 1e-6))
/// </code>
/// All of it is in two tables: by element, and by distance, with cubic interpolation. The same for a path and its reverse, for any placement and
/// cell, and for any order of the atoms.
/// </summary>
public sealed class EnvironmentDescriptors
{
    /// <summary>Distance at which an atom counts no more, Å.</summary>
    public const double Cutoff = 5;

    /// <summary>Points of the table of distances: one before 0, and two beyond the cutoff.</summary>
    public const int DistanceCount = Intervals + 3;

    // Rows of an element: embedding, target, gate, own, message.
    private const int Parts = 5, Intervals = 500;

    // Divides where an ion is alone.
    private const double Smallest = 1e-6;

    private readonly int _width;
    private readonly int[] _rowOf = new int[Element.Count + 1];
    private readonly int[] _elements;

    // Of single precision, held in double, which sums are made in.
    private readonly double[] _species, _distances;

    /// <summary>Environments from their tables.</summary>
    /// <param name="width">Channels.</param>
    /// <param name="elements">[n_elements] atomic numbers, ascending.</param>
    /// <param name="species">[n_elements, 5, width] embedding, target, gate, own and message of an element, as above.</param>
    /// <param name="distances">[<see cref="DistanceCount"/>, width] distance(r) at the points <see cref="DistanceAt"/>.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together, or a number is not finite.</exception>
    public EnvironmentDescriptors(int width, int[] elements, float[] species, float[] distances)
    {
        ArgumentNullException.ThrowIfNull(elements);
        ArgumentNullException.ThrowIfNull(species);
        ArgumentNullException.ThrowIfNull(distances);
        var sound = width is > 0 and <= 4096 && elements.Length > 0 && species.LongLength == (long)elements.Length * Parts * width
            && distances.LongLength == (long)DistanceCount * width && species.All(float.IsFinite) && distances.All(float.IsFinite)
            && elements.All(z => z is >= 1 and <= Element.Count) && elements.Zip(elements.Skip(1)).All(pair => pair.First < pair.Second);
        if (!sound)
        {
            throw new ArgumentException($"tables of {elements.Length} elements with {width} channels do not fit together");
        }

        (_width, _elements, _species, _distances) = (width, elements, Array.ConvertAll(species, v => (double)v), Array.ConvertAll(distances, v => (double)v));
        Array.Fill(_rowOf, -1);
        for (var row = 0; row < elements.Length; row++)
        {
            _rowOf[elements[row]] = row;
        }
    }

    /// <summary>Numbers of a path: a row of channels for the ends, and one for the middle.</summary>
    public int Count => 2 * _width;

    /// <summary>SHA-256 of the tables, lower-case hexadecimal: what was fitted with others does not fit these.</summary>
    public string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var entry in Save(""))
            {
                hash.AppendData(entry.Bytes.Span);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Distance of a point of the table, Å.</summary>
    /// <param name="point">0 to <see cref="DistanceCount"/> − 1; the first lies before 0, where nothing is.</param>
    public static double DistanceAt(int point) => (point - 1) * (Cutoff / Intervals);

    /// <summary>The environments of a path.</summary>
    /// <param name="band">The path; of its images the first and the last count.</param>
    /// <returns>[<see cref="Count"/>] without unit.</returns>
    /// <exception cref="InvalidInputException">It has an element that the network does not know.</exception>
    public double[] Compute(Band band)
    {
        ArgumentNullException.ThrowIfNull(band);
        return Along(band.MobileIon, PathSurroundings.Line(band, new SiteRole[band.Structure.Count - band.ImageCount], Cutoff));
    }

    /// <summary>The environments of a line whose neighbours are known, to <see cref="Cutoff"/> at least.</summary>
    internal double[] Along(Element mobile, PathLine line)
    {
        var (ion, neighbors) = (RowOf(mobile.AtomicNumber), line.Near.ConvertAll(atom => (atom.Position, Row: RowOf(atom.AtomicNumber))));
        var (start, end) = (Environment(ion, neighbors, line.From), Environment(ion, neighbors, line.From + line.Way));
        return [.. start.Zip(end, (a, b) => (a + b) / 2), .. Environment(ion, neighbors, line.From + (0.5 * line.Way))];
    }

    /// <summary>The tables as tensors, for a file.</summary>
    /// <param name="prefix">Of their names.</param>
    public IEnumerable<SafeTensorsEntry> Save(string prefix) =>
    [
        SafeTensorsEntry.Create<int>($"{prefix}.elements", _elements),
        SafeTensorsEntry.Create<float>($"{prefix}.species", Array.ConvertAll(_species, v => (float)v), _elements.Length, Parts, _width),
        SafeTensorsEntry.Create<float>($"{prefix}.distances", Array.ConvertAll(_distances, v => (float)v), DistanceCount, _width),
    ];

    /// <summary>Tables from tensors; nothing in them is trusted.</summary>
    /// <param name="file">The tensors.</param>
    /// <param name="prefix">Of their names.</param>
    /// <returns>The environments, or null where the file has none.</returns>
    /// <exception cref="ArgumentException">They do not fit together.</exception>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    public static EnvironmentDescriptors? Load(SafeTensorsFile file, string prefix)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Find($"{prefix}.elements") is not { } elements)
        {
            return null;
        }

        var distances = file[$"{prefix}.distances"].ToArray<float>();
        return new EnvironmentDescriptors(
            distances.Length / DistanceCount, elements.ToArray<int>(), file[$"{prefix}.species"].ToArray<float>(), distances);
    }

    private int RowOf(int atomicNumber) => _rowOf[atomicNumber] is >= 0 and var row
        ? row
        : throw new InvalidInputException($"element {Element.FromAtomicNumber(atomicNumber).Symbol} is unknown to the network whose environments are descriptors");

    // x of an ion at a place, positions from the start of the path.
    private double[] Environment(int ion, List<(Vector3D Position, int Row)> neighbors, Vector3D place)
    {
        var (sums, messages) = (new double[_width], new double[_width]);
        foreach (var (position, row) in neighbors)
        {
            var r = (position - place).Length;
            if (r is > CrystalGraph.CoincidentDistance and < Cutoff)
            {
                Add(ion, row, r, sums, messages);
            }
        }

        var embedding = Part(ion, 0);
        var own = Part(ion, 3);
        var result = new double[_width];
        for (var c = 0; c < _width; c++)
        {
            var update = own[c] + (messages[c] / (sums[c] + Smallest));
            result[c] = embedding[c] + (update * Sigmoid(update));
        }

        return result;
    }

    private void Add(int ion, int neighbor, double r, double[] sums, double[] messages)
    {
        var weight = 0.5 * (1 + Math.Cos(Math.PI * r / Cutoff));
        var position = r * (Intervals / Cutoff);
        var first = Math.Min((int)position, Intervals - 1);
        var t = position - first;
        // Four-point Lagrange, at −1, 0, 1, 2.
        var (a, b) = (-t * (t - 1) * (t - 2) / 6, (t + 1) * (t - 1) * (t - 2) / 2);
        var (c, d) = (-(t + 1) * t * (t - 2) / 2, (t + 1) * t * (t - 1) / 6);
        var points = _distances.AsSpan(first * _width, 4 * _width);
        var target = Part(ion, 1);
        var gate = Part(neighbor, 2);
        var message = Part(neighbor, 4);
        var k = 0;
        for (; k + Vector256<double>.Count <= _width; k += Vector256<double>.Count)
        {
            Vector256<double> At(ReadOnlySpan<double> values, int offset = 0) => Vector256.Create(values[(offset + k)..]);
            var distance = (a * At(points)) + (b * At(points, _width)) + (c * At(points, 2 * _width)) + (d * At(points, 3 * _width));
            var open = Vector256.Create(weight) / (Vector256<double>.One + Vector256.Exp(-(At(gate) + At(target) + distance)));
            (At(sums) + open).CopyTo(sums, k);
            (At(messages) + (open * At(message))).CopyTo(messages, k);
        }

        for (; k < _width; k++)
        {
            var distance = (a * points[k]) + (b * points[k + _width]) + (c * points[k + (2 * _width)]) + (d * points[k + (3 * _width)]);
            var open = weight * Sigmoid(gate[k] + target[k] + distance);
            sums[k] += open;
            messages[k] += open * message[k];
        }
    }

    private ReadOnlySpan<double> Part(int row, int part) => _species.AsSpan(((row * Parts) + part) * _width, _width);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
