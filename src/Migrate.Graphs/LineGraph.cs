namespace Migrate.Graphs;

/// <summary>
/// The bonds of a <see cref="CrystalGraph"/> as nodes, and an edge ("triplet") e1 → e2 wherever e1 enters the atom that e2 leaves.
/// Sorted by (target, source): the triplets that enter a bond are one contiguous run, and its sources are the contiguous run of bonds
/// that enter its source atom. Back-tracking pairs i → j → i belong to it (cosine +1).
/// </summary>
public sealed class LineGraph
{
    /// <summary>A line graph from its arrays, which it takes over.</summary>
    /// <param name="tripletBegin">[n_bonds + 1] triplets that enter bond e are tripletBegin[e] .. tripletBegin[e + 1].</param>
    /// <param name="source">[n_triplets] first bond a → b.</param>
    /// <param name="cosine">[n_triplets] −r1 · r2 / (|r1| |r2|).</param>
    /// <param name="weight">[n_triplets] published copies of the first bond that enter one copy of the second.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together.</exception>
    public LineGraph(int[] tripletBegin, int[] source, double[] cosine, byte[] weight)
    {
        ArgumentNullException.ThrowIfNull(tripletBegin);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(cosine);
        ArgumentNullException.ThrowIfNull(weight);
        if (tripletBegin.Length == 0 || tripletBegin[0] != 0 || tripletBegin[^1] != source.Length)
        {
            throw new ArgumentException("tripletBegin must be [n_bonds + 1], from 0 to n_triplets", nameof(tripletBegin));
        }

        if (cosine.Length != source.Length || weight.Length != source.Length)
        {
            throw new ArgumentException("cosine and weight must be [n_triplets]", nameof(cosine));
        }

        TripletBegin = tripletBegin;
        Source = source;
        Cosine = cosine;
        Weight = weight;
        Target = new int[source.Length];
        for (var bond = 0; bond < BondCount; bond++)
        {
            Target.AsSpan(tripletBegin[bond]..tripletBegin[bond + 1]).Fill(bond);
        }
    }

    /// <summary>Nodes: bonds of the crystal graph.</summary>
    public int BondCount => TripletBegin.Length - 1;

    /// <summary>Edges.</summary>
    public int TripletCount => Source.Length;

    /// <summary>[n_bonds + 1] triplets that enter bond e are TripletBegin[e] .. TripletBegin[e + 1].</summary>
    public int[] TripletBegin { get; }

    /// <summary>[n_triplets] first bond a → b.</summary>
    public int[] Source { get; }

    /// <summary>[n_triplets] second bond b → c, ascending.</summary>
    public int[] Target { get; }

    /// <summary>[n_triplets] −r1 · r2 / (|r1| |r2|), in [−1, 1]: the cosine of the angle at b between b → a and b → c.</summary>
    public double[] Cosine { get; }

    /// <summary>
    /// [n_triplets] published copies of the first bond that enter one copy of the second: m(first), less 1 if both are one bond.
    /// </summary>
    public byte[] Weight { get; }
}
