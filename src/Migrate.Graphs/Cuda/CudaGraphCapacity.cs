namespace Migrate.Graphs.Cuda;

/// <summary>What the arrays of a batch hold.</summary>
/// <param name="Structures">S.</param>
/// <param name="Atoms">N.</param>
/// <param name="Relations">"Atom j is a neighbour of atom i".</param>
/// <param name="Bonds">B, at most twice the relations.</param>
/// <param name="Triplets">T.</param>
internal readonly record struct CudaGraphCapacity(int Structures, int Atoms, long Relations, long Bonds, long Triplets)
{
    /// <summary>A guess for atoms with k neighbours each, some shells larger, not all relations mutual.</summary>
    public static CudaGraphCapacity Guess(int structures, int atoms, int neighbors) => new CudaGraphCapacity(structures, atoms, 0, 0, 0).Scaled(
        (1.2 * neighbors) + 2, (1.35 * neighbors) + 3, (1.35 * neighbors) + 3);

    /// <summary>The same with so many relations and bonds an atom, and triplets a bond.</summary>
    public CudaGraphCapacity Scaled(double relations, double bonds, double triplets) => this with
    {
        Relations = Bounded(Atoms * relations),
        Bonds = Bounded(Atoms * bonds),
        Triplets = Bounded(Atoms * bonds * triplets),
    };

    /// <summary>True if there was room for all that was counted.</summary>
    /// <param name="totals">[3] relations, bonds and triplets that there would be with room for all.</param>
    /// <param name="needed">What there must be room for. Without room for the relations nobody knows the bonds: at most twice as many.</param>
    public bool Holds(ReadOnlySpan<long> totals, out CudaGraphCapacity needed)
    {
        needed = this with
        {
            Relations = Math.Max(Relations, totals[0]),
            Bonds = Math.Max(Bonds, totals[0] > Relations ? 2 * totals[0] : totals[1]),
            Triplets = Math.Max(Triplets, totals[2]),
        };
        return needed == this;
    }

    // Numbers of bonds and triplets are int32.
    private static long Bounded(double count) => (long)Math.Min(Math.Ceiling(count) + 64, int.MaxValue - 1024);
}
