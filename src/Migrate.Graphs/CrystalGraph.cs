namespace Migrate.Graphs;

/// <summary>
/// Atoms and directed bonds of a crystal, without copies: a bond that the published edge list holds twice is here once, with
/// multiplicity 2. Bonds are sorted by (target, source, shift), so that the bonds which enter an atom are one contiguous run.
/// Immutable by convention: nobody writes to the arrays.
/// </summary>
public sealed class CrystalGraph
{
    /// <summary>Pairs at this distance or less are one site written twice, not neighbours (Å).</summary>
    public const double CoincidentDistance = 0.15;

    /// <summary>A graph from its arrays, which it takes over.</summary>
    /// <param name="atomicNumbers">[n_atoms].</param>
    /// <param name="rowBegin">[n_atoms + 1] bonds that enter atom i are rowBegin[i] .. rowBegin[i + 1].</param>
    /// <param name="source">[n_bonds] atom that the bond leaves.</param>
    /// <param name="shift">[n_bonds, 3] whole cells between the two, relative to the stored coordinates.</param>
    /// <param name="displacement">[n_bonds, 3] r_target − r_source + shift · lattice, Å.</param>
    /// <param name="distance">[n_bonds] length of the displacement, Å.</param>
    /// <param name="multiplicity">[n_bonds] copies in the published edge list, 1 or 2.</param>
    /// <param name="sites">[n_atoms] how the neighbours were chosen; empty where unknown.</param>
    /// <param name="cutoffUsed">Search radius of the published rule, Å; 0 where unknown.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together, or an index is out of range.</exception>
    public CrystalGraph(
        byte[] atomicNumbers,
        int[] rowBegin,
        int[] source,
        int[] shift,
        double[] displacement,
        double[] distance,
        byte[] multiplicity,
        SiteNeighborhood[]? sites = null,
        double cutoffUsed = 0)
    {
        ArgumentNullException.ThrowIfNull(atomicNumbers);
        ArgumentNullException.ThrowIfNull(rowBegin);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(shift);
        ArgumentNullException.ThrowIfNull(displacement);
        ArgumentNullException.ThrowIfNull(distance);
        ArgumentNullException.ThrowIfNull(multiplicity);
        sites ??= [];
        var (atoms, bonds) = (atomicNumbers.Length, source.Length);
        Require(shift.Length == 3L * bonds && displacement.Length == 3L * bonds, "shift and displacement must be [n_bonds, 3]");
        Require(distance.Length == bonds && multiplicity.Length == bonds, "distance and multiplicity must be [n_bonds]");
        Require(sites.Length == 0 || sites.Length == atoms, "sites must be [n_atoms] or empty");
        AtomicNumbers = atomicNumbers;
        RowBegin = rowBegin;
        Source = source;
        Target = ExpandRows(rowBegin, atoms, bonds);
        Shift = shift;
        Displacement = displacement;
        Distance = distance;
        Multiplicity = multiplicity;
        Sites = sites;
        CutoffUsed = cutoffUsed;
        (PublishedBondCount, TripletCount, PublishedTripletCount) = Count(rowBegin, source, Target, multiplicity);
    }

    /// <summary>Number of atoms.</summary>
    public int AtomCount => AtomicNumbers.Length;

    /// <summary>Number of directed bonds, each once.</summary>
    public int BondCount => Source.Length;

    /// <summary>Length of the published edge list: the sum of the multiplicities.</summary>
    public long PublishedBondCount { get; }

    /// <summary>Number of line-graph edges between the bonds here: those of <see cref="LineGraph"/>.</summary>
    public long TripletCount { get; }

    /// <summary>Length of the published line-graph edge list.</summary>
    public long PublishedTripletCount { get; }

    /// <summary>[n_atoms].</summary>
    public byte[] AtomicNumbers { get; }

    /// <summary>[n_atoms + 1] bonds that enter atom i are RowBegin[i] .. RowBegin[i + 1].</summary>
    public int[] RowBegin { get; }

    /// <summary>[n_bonds] atom that the bond leaves.</summary>
    public int[] Source { get; }

    /// <summary>[n_bonds] atom that the bond enters, ascending.</summary>
    public int[] Target { get; }

    /// <summary>[n_bonds, 3] whole cells between the two, relative to the stored (not wrapped) coordinates.</summary>
    public int[] Shift { get; }

    /// <summary>[n_bonds, 3] (f_target + shift − f_source) · lattice, Å.</summary>
    public double[] Displacement { get; }

    /// <summary>[n_bonds] length of the displacement, Å.</summary>
    public double[] Distance { get; }

    /// <summary>[n_bonds] copies in the published edge list, 1 or 2.</summary>
    public byte[] Multiplicity { get; }

    /// <summary>[n_atoms] how the neighbours were chosen; empty where unknown.</summary>
    public SiteNeighborhood[] Sites { get; }

    /// <summary>Search radius after the published growth rule, Å.</summary>
    public double CutoffUsed { get; }

    private static int[] ExpandRows(int[] rowBegin, int atoms, int bonds)
    {
        Require(
            rowBegin.Length == atoms + 1 && rowBegin[0] == 0 && rowBegin[atoms] == bonds,
            "rowBegin must be [n_atoms + 1], from 0 to n_bonds");
        var target = new int[bonds];
        for (var atom = 0; atom < atoms; atom++)
        {
            Require(rowBegin[atom] <= rowBegin[atom + 1] && rowBegin[atom + 1] <= bonds, "rowBegin must ascend");
            target.AsSpan(rowBegin[atom], rowBegin[atom + 1] - rowBegin[atom]).Fill(atom);
        }

        return target;
    }

    // Copies of e1 that enter one copy of e2 are m(e1), less one where e1 and e2 are the same bond (of an atom to its own image).
    private static (long Bonds, long Triplets, long PublishedTriplets) Count(
        int[] rowBegin, int[] source, int[] target, byte[] multiplicity)
    {
        var entering = new long[rowBegin.Length - 1];
        long bonds = 0;
        for (var bond = 0; bond < source.Length; bond++)
        {
            Require((uint)source[bond] < (uint)entering.Length, "source must hold atoms of the graph");
            Require(multiplicity[bond] is 1 or 2, "multiplicity must be 1 or 2");
            entering[target[bond]] += multiplicity[bond];
            bonds += multiplicity[bond];
        }

        long triplets = 0;
        long published = 0;
        for (var bond = 0; bond < source.Length; bond++)
        {
            var (from, self) = (source[bond], source[bond] == target[bond]);
            triplets += rowBegin[from + 1] - rowBegin[from] - (self && multiplicity[bond] == 1 ? 1 : 0);
            published += multiplicity[bond] * (entering[from] - (self ? 1 : 0));
        }

        return (bonds, triplets, published);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
