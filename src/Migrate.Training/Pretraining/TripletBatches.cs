namespace Migrate.Training.Pretraining;

/// <summary>
/// Batches of structures of any size that cost about the same: shuffled structures fill a batch until it holds as many triplets as asked for.
/// </summary>
/// <param name="triplets">[n_structures] triplets of each.</param>
/// <param name="budget">Triplets of a batch.</param>
/// <param name="seed">Of the shuffles.</param>
public sealed class TripletBatches(IReadOnlyList<int> triplets, int budget, int seed)
{
    /// <summary>The batches of an epoch: depend on seed and epoch alone, so a resumed run finds the same ones.</summary>
    /// <param name="members">Structures to deal out.</param>
    /// <param name="epoch">From 0.</param>
    public IReadOnlyList<int[]> Shuffled(IReadOnlyList<int> members, int epoch)
    {
        int[] order = [.. members];
        new Random(unchecked((seed * 1_000_003) + epoch)).Shuffle(order);
        return Fill(order);
    }

    /// <summary>Batches in the given order.</summary>
    /// <param name="order">Structures.</param>
    public IReadOnlyList<int[]> Fill(IReadOnlyList<int> order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var (batches, batch, filled) = (new List<int[]>(), new List<int>(), 0L);
        foreach (var i in order)
        {
            if (batch.Count > 0 && filled + triplets[i] > budget)
            {
                batches.Add([.. batch]);
                batch.Clear();
                filled = 0;
            }

            batch.Add(i);
            filled += triplets[i];
        }

        if (batch.Count > 0)
        {
            batches.Add([.. batch]);
        }

        // A batch of one structure has no statistics to normalize with worth the name; it joins its neighbour.
        if (batches.Count > 1 && batches[^1].Length == 1)
        {
            batches[^2] = [.. batches[^2], .. batches[^1]];
            batches.RemoveAt(batches.Count - 1);
        }

        return batches;
    }
}
