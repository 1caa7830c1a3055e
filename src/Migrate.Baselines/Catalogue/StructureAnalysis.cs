using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Baselines.Catalogue;

/// <summary>What several families of descriptors need of a structure, each found once, when it is first asked for.</summary>
/// <param name="structure">The structure.</param>
internal sealed class StructureAnalysis(Structure structure)
{
    /// <summary>Reach of <see cref="Neighbors"/>, Å.</summary>
    public const double Reach = 8.5;

    // An ion of the other sign is coordinated where its face is at least this share of the largest such face.
    private const double SmallestFace = 0.2;

    private NeighborList? _neighbors;
    private double[]? _charges, _potentials, _valences;
    private VoronoiCells? _cells;
    private CrystalSymmetry? _symmetry;

    /// <summary>The structure.</summary>
    public Structure Structure => structure;

    /// <summary>All pairs within <see cref="Reach"/>.</summary>
    public NeighborList Neighbors => _neighbors ??= new CpuGraphKernels().FindNeighbors(structure, Reach);

    /// <summary>[n_atoms] guessed charges, e.</summary>
    public double[] Charges => _charges ??= OxidationStates.Guess(structure, Neighbors);

    /// <summary>[n_atoms] electrostatic potentials, V.</summary>
    public double[] Potentials => _potentials ??= EwaldSum.Potentials(structure, Charges);

    /// <summary>[n_atoms] bond-valence sums, e.</summary>
    public double[] Valences => _valences ??= BondValence.Sums(structure, Neighbors, Charges);

    /// <summary>The Voronoi cells, or null where the native library knows none.</summary>
    public VoronoiCells? Cells => _cells ??= VoronoiCells.Available ? VoronoiCells.Find(structure) : null;

    /// <summary>The symmetry, or null where the native library knows none. Coincident sites have none but translations.</summary>
    public CrystalSymmetry? Symmetry => _symmetry ??= CrystalSymmetry.Available ? FindSymmetry() : null;

    /// <summary>Faces to the ions that an atom is coordinated by: those of the other sign; of all where nothing is charged.</summary>
    /// <param name="cells">The cells of this structure.</param>
    /// <param name="atom">Which.</param>
    public List<VoronoiFace> Coordination(VoronoiCells cells, int atom)
    {
        var faces = cells[atom].ToArray().Where(face => Charges[atom] == 0 || Charges[atom] * Charges[face.Neighbor] < 0).ToList();
        var largest = faces.Count == 0 ? 0 : faces.Max(face => face.SolidAngle);
        return [.. faces.Where(face => face.SolidAngle >= SmallestFace * largest)];
    }

    private CrystalSymmetry FindSymmetry()
    {
        try
        {
            return CrystalSymmetry.Find(structure);
        }
        catch (InvalidInputException)
        {
            return new CrystalSymmetry(1, 1, false, [.. Enumerable.Range(0, structure.Count)]);
        }
    }
}
