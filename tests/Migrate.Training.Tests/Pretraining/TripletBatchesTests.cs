using Migrate.Training.Pretraining;
using static TorchSharp.torch;

namespace Migrate.Training.Tests.Pretraining;

public class TripletBatchesTests
{
    [Fact]
    public void A_batch_is_filled_up_to_its_triplets()
    {
        var batches = new TripletBatches([40, 30, 30, 1, 99, 5, 5], 100, 1);
        Assert.Equal([[0, 1, 2], [3, 4], [5, 6]], batches.Fill([0, 1, 2, 3, 4, 5, 6]));
        // A structure beyond the budget is a batch by itself.
        Assert.Equal([[5, 6], [7], [0, 1]], new TripletBatches([40, 30, 30, 1, 99, 5, 5, 1000], 100, 1).Fill([5, 6, 7, 0, 1]));
        Assert.Empty(batches.Fill([]));
    }

    [Fact]
    public void A_lone_structure_at_the_end_joins_the_others()
    {
        var batches = new TripletBatches([60, 60, 60], 130, 1);
        Assert.Equal([[0, 1, 2]], batches.Fill([0, 1, 2]));
        Assert.Equal([[2]], batches.Fill([2]));
    }

    [Fact]
    public void Every_structure_is_in_one_batch_of_an_epoch_and_the_epoch_decides_which()
    {
        var triplets = Enumerable.Range(0, 50).Select(i => 1 + (i * 7 % 40)).ToList();
        int[] members = [.. Enumerable.Range(0, 50).Where(i => i % 3 != 0)];
        var batches = new TripletBatches(triplets, 100, 4);
        Assert.Equal(members, batches.Shuffled(members, 2).SelectMany(b => b).Order());
        // Full but for the next structure; the last may have taken one more.
        Assert.All(batches.Shuffled(members, 2).SkipLast(1), batch => Assert.InRange(batch.Sum(i => triplets[i]), 60, 100));
        Assert.Equal(batches.Shuffled(members, 2), new TripletBatches(triplets, 100, 4).Shuffled(members, 2));
        Assert.NotEqual(batches.Shuffled(members, 2), batches.Shuffled(members, 3));
        Assert.NotEqual(batches.Shuffled(members, 2), new TripletBatches(triplets, 100, 5).Shuffled(members, 2));
    }

    [Fact]
    public void What_a_structure_lacks_costs_nothing_and_moves_nothing()
    {
        using var scope = NewDisposeScope();
        var output = tensor(new[] { 1f, 2f, 3f, 4f }, [2, 2]).requires_grad_();
        var target = tensor(new[] { 0.5f, 0f, 0f, 6f }, [2, 2]);
        var has = tensor(new[] { 1f, 0f, 0f, 1f }, [2, 2]);
        var loss = MaskedLoss.MeanAbsoluteError(output, target, has);
        // (0.5 + 0 + 0 + 2) over all four places, as published.
        Assert.Equal(0.625, loss.item<float>(), 1e-6);
        loss.backward();
        Assert.Equal([0.25f, 0f, 0f, -0.25f], output.grad!.data<float>().ToArray());
    }
}
