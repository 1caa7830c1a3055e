using Migrate.Crystals;
using Migrate.Native;

namespace Migrate.Graphs;

/// <summary>
/// Graph construction by the native library. Every call runs on the calling thread only; calls may run side by side.
/// </summary>
public sealed class CpuGraphKernels : IGraphKernels
{
    /// <summary>Loads the native library.</summary>
    /// <exception cref="DllNotFoundException">It is missing or was built from other sources; the message says what to do.</exception>
    public CpuGraphKernels() => NativeHandshake.Require();

    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or above <see cref="GraphSettings.MaxCutoff"/>.</exception>
    /// <exception cref="InvalidInputException">The structure cannot be a crystal, or has more pairs than memory should hold.</exception>
    public unsafe NeighborList FindNeighbors(Structure structure, double cutoff)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (!(cutoff > 0 && cutoff <= GraphSettings.MaxCutoff))
        {
            throw new ArgumentOutOfRangeException(
                nameof(cutoff), cutoff, $"the cutoff must be above 0 and at most {GraphSettings.MaxCutoff} Å");
        }

        var lattice = LatticeRows(structure.Lattice);
        fixed (Vector3D* fractional = structure.Fractional)
        {
            fixed (double* rows = lattice)
            {
                var crystal = new NativeCrystal { AtomCount = structure.Count, Lattice = rows, Fractional = (double*)fractional };
                var status = NativeMethods.NeighborLists.Build(in crystal, cutoff, out var list);
                using (list)
                {
                    CrystalErrors.ThrowIfFailed(status, structure);
                    NativeMethods.NeighborLists.Arrays(list, out var arrays).ThrowIfFailed();
                    return Copy(arrays);
                }
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    /// <exception cref="InvalidInputException">The structure cannot be a crystal.</exception>
    public unsafe CrystalGraph BuildGraph(Structure structure, GraphSettings settings)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var lattice = LatticeRows(structure.Lattice);
        fixed (Vector3D* fractional = structure.Fractional)
        {
            fixed (double* rows = lattice)
            {
                var crystal = new NativeCrystal { AtomCount = structure.Count, Lattice = rows, Fractional = (double*)fractional };
                var native = ToNative(settings);
                var status = NativeMethods.CrystalGraphs.Build(in crystal, in native, out var graph);
                using (graph)
                {
                    CrystalErrors.ThrowIfFailed(status, structure);
                    NativeMethods.CrystalGraphs.Arrays(graph, out var arrays).ThrowIfFailed();
                    return Copy(arrays, structure);
                }
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The graph has more than 2³¹ − 1 triplets, or a bond without length.</exception>
    public unsafe LineGraph BuildLineGraph(CrystalGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.TripletCount > Array.MaxLength)
        {
            throw new ArgumentException($"the graph has {graph.TripletCount} triplets, more than an array holds");
        }

        var begin = new int[graph.BondCount + 1];
        var source = new int[graph.TripletCount];
        var cosine = new double[graph.TripletCount];
        var weight = new byte[graph.TripletCount];
        fixed (int* pRowBegin = graph.RowBegin, pSource = graph.Source, pBegin = begin, pFirst = source)
        {
            fixed (double* pDisplacement = graph.Displacement, pDistance = graph.Distance, pCosine = cosine)
            {
                fixed (byte* pMultiplicity = graph.Multiplicity, pWeight = weight)
                {
                    var bonds = new NativeBonds
                    {
                        AtomCount = graph.AtomCount,
                        BondCount = graph.BondCount,
                        RowBegin = pRowBegin,
                        Source = pSource,
                        Displacement = pDisplacement,
                        Distance = pDistance,
                        Multiplicity = pMultiplicity,
                    };
                    var triplets = new NativeTriplets
                    {
                        TripletCount = graph.TripletCount,
                        TripletBegin = pBegin,
                        Source = pFirst,
                        Cosine = pCosine,
                        Weight = pWeight,
                    };
                    NativeMethods.LineGraphs.Fill(in bonds, in triplets).ThrowIfFailed();
                }
            }
        }

        return new LineGraph(begin, source, cosine, weight);
    }

    private static double[] LatticeRows(Lattice lattice) =>
        [lattice.A.X, lattice.A.Y, lattice.A.Z, lattice.B.X, lattice.B.Y, lattice.B.Z, lattice.C.X, lattice.C.Y, lattice.C.Z];

    private static NativeGraphSettings ToNative(GraphSettings settings) => new()
    {
        Neighbors = settings.Neighbors,
        Ties = settings.Ties == TiePolicy.Published ? 0 : 1,
        Relations = settings.Relations == RelationPolicy.Duplicated ? 0 : 1,
        Cutoff = settings.Cutoff,
        ShellTolerance = settings.ShellTolerance,
    };

    private static unsafe NeighborList Copy(in NativeNeighborArrays arrays)
    {
        var (atoms, pairs) = (checked((int)arrays.AtomCount), checked((int)arrays.PairCount));
        var rowBegin = new ReadOnlySpan<int>(arrays.RowBegin, atoms + 1).ToArray();
        var source = new int[pairs];
        for (var atom = 0; atom < atoms; atom++)
        {
            source.AsSpan(rowBegin[atom]..rowBegin[atom + 1]).Fill(atom);
        }

        return new NeighborList(
            rowBegin,
            source,
            new ReadOnlySpan<int>(arrays.Target, pairs).ToArray(),
            new ReadOnlySpan<int>(arrays.Shift, 3 * pairs).ToArray(),
            new ReadOnlySpan<double>(arrays.Displacement, 3 * pairs).ToArray(),
            new ReadOnlySpan<double>(arrays.Distance, pairs).ToArray());
    }

    private static unsafe CrystalGraph Copy(in NativeGraphArrays arrays, Structure structure)
    {
        var (atoms, bonds) = (checked((int)arrays.AtomCount), checked((int)arrays.BondCount));
        var sites = new SiteNeighborhood[atoms];
        for (var i = 0; i < atoms; i++)
        {
            var site = arrays.Sites[i];
            sites[i] = new SiteNeighborhood(
                site.Kept, site.ShellRadius, site.TiesKept, site.TiesDropped, site.GapAfterCut, site.CoincidentSkipped);
        }

        return new CrystalGraph(
            structure.AtomicNumbers.ToArray(),
            new ReadOnlySpan<int>(arrays.RowBegin, atoms + 1).ToArray(),
            new ReadOnlySpan<int>(arrays.Source, bonds).ToArray(),
            new ReadOnlySpan<int>(arrays.Shift, 3 * bonds).ToArray(),
            new ReadOnlySpan<double>(arrays.Displacement, 3 * bonds).ToArray(),
            new ReadOnlySpan<double>(arrays.Distance, bonds).ToArray(),
            new ReadOnlySpan<byte>(arrays.Multiplicity, bonds).ToArray(),
            sites,
            arrays.CutoffUsed);
    }
}
