namespace Migrate.Graphs;

/// <summary>
/// All pairs of a crystal within a cutoff, periodic images included, each in both directions, sorted by (source, target, shift).
/// </summary>
/// <param name="RowBegin">[n_atoms + 1] pairs of source i are RowBegin[i] .. RowBegin[i + 1].</param>
/// <param name="Source">[n_pairs] first atom, ascending.</param>
/// <param name="Target">[n_pairs] second atom.</param>
/// <param name="Shift">[n_pairs, 3] whole cells between the two, relative to the stored (not wrapped) coordinates.</param>
/// <param name="Displacement">[n_pairs, 3] r_target − r_source + shift · lattice, Å.</param>
/// <param name="Distance">[n_pairs] length of the displacement, Å.</param>
public sealed record NeighborList(int[] RowBegin, int[] Source, int[] Target, int[] Shift, double[] Displacement, double[] Distance)
{
    /// <summary>Number of directed pairs.</summary>
    public int Count => Source.Length;
}
