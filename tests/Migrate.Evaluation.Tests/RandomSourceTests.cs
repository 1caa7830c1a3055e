namespace Migrate.Evaluation.Tests;

public class RandomSourceTests
{
    // First values of xoshiro256** whose state is filled by splitmix64 from seed 42, computed with an independent Python transcription
    // of the authors' C code (prng.di.unimi.it).
    [Fact]
    public void Stream_is_the_published_generator()
    {
        var random = new RandomSource(42);
        Assert.Equal([0x15780b2e0c2ec716UL, 0x6104d9866d113a7eUL, 0xae17533239e499a1UL], [random.NextBits(), random.NextBits(), random.NextBits()]);
    }

    [Fact]
    public void Indices_fill_their_range_evenly()
    {
        var random = new RandomSource(7);
        var counts = new int[6];
        for (var i = 0; i < 60000; i++)
        {
            counts[random.NextIndex(6)]++;
        }

        // Five standard deviations of a binomial with p = 1/6: √(60,000 · 5/36) ≈ 91.
        Assert.All(counts, count => Assert.InRange(count, 10000 - 460, 10000 + 460));
    }

    [Fact]
    public void Shuffle_keeps_every_value()
    {
        int[] values = [.. Enumerable.Range(0, 50)];
        new RandomSource(3).Shuffle(values.AsSpan());
        Assert.NotEqual(Enumerable.Range(0, 50), values);
        Assert.Equal(Enumerable.Range(0, 50), values.Order());
    }

    [Fact]
    public void Limit_must_be_positive() => Assert.Throws<ArgumentOutOfRangeException>(() => new RandomSource(1).NextIndex(0));
}
