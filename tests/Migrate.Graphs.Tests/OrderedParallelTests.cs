namespace Migrate.Graphs.Tests;

public class OrderedParallelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(0)]
    public void Results_keep_their_order(int workers)
    {
        var results = OrderedParallel.Map(Enumerable.Range(0, 500), i =>
        {
            Thread.SpinWait(i % 7 * 1000);
            return i * i;
        }, workers, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => i * i), results);
    }

    [Fact]
    public void Reading_ahead_is_bounded()
    {
        var taken = 0;
        IEnumerable<int> Endless()
        {
            while (true)
            {
                yield return taken++;
            }
        }

        Assert.Equal(Enumerable.Range(0, 20), OrderedParallel.Map(Endless(), i => i, 2, TestContext.Current.CancellationToken).Take(20));
        Assert.InRange(taken, 20, 20 + 6);
    }

    [Fact]
    public void At_most_so_many_run_at_once()
    {
        var (running, most) = (0, 0);
        var gate = new Lock();
        _ = OrderedParallel.Map(Enumerable.Range(0, 200), i =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++running);
            }

            Thread.SpinWait(2000);
            lock (gate)
            {
                running--;
            }

            return i;
        }, 3, TestContext.Current.CancellationToken).Count();
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public void Failure_comes_in_its_place()
    {
        using var results = OrderedParallel
            .Map(
                Enumerable.Range(0, 10),
                i => i == 4 ? throw new InvalidOperationException("four") : i,
                2,
                TestContext.Current.CancellationToken)
            .GetEnumerator();
        for (var i = 0; i < 4; i++)
        {
            Assert.True(results.MoveNext());
            Assert.Equal(i, results.Current);
        }

        Assert.Equal("four", Assert.Throws<InvalidOperationException>(() => results.MoveNext()).Message);
    }

    [Fact]
    public void Cancellation_stops_it()
    {
        using var source = new CancellationTokenSource();
        using var results = OrderedParallel.Map(Enumerable.Range(0, 1000), i => i, 1, source.Token).GetEnumerator();
        Assert.True(results.MoveNext());
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => results.MoveNext());
    }

    [Fact]
    public void Ahead_gives_everything_in_order()
    {
        Assert.Equal(Enumerable.Range(0, 1000), OrderedParallel.Ahead(Enumerable.Range(0, 1000), 3, TestContext.Current.CancellationToken));
        Assert.Empty(OrderedParallel.Ahead(Array.Empty<int>(), 1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Ahead_runs_no_further_than_its_capacity()
    {
        var made = 0;
        using var reader = OrderedParallel.Ahead(Enumerable.Range(0, 100).Select(i => { Interlocked.Increment(ref made); return i; }), 2, TestContext.Current.CancellationToken).GetEnumerator();
        Assert.True(reader.MoveNext());
        Thread.Sleep(100);
        // One is read, two wait, one is made and finds no room.
        Assert.InRange(Volatile.Read(ref made), 1, 4);
    }

    [Fact]
    public void Ahead_throws_where_the_item_would_have_come()
    {
        var items = Enumerable.Range(0, 10).Select(i => i < 4 ? i : throw new InvalidDataException("four"));
        var seen = new List<int>();
        Assert.Throws<InvalidDataException>(() =>
        {
            foreach (var item in OrderedParallel.Ahead(items, 1, TestContext.Current.CancellationToken))
            {
                seen.Add(item);
            }
        });
        Assert.Equal([0, 1, 2, 3], seen);
    }

    [Fact]
    public void Ahead_stops_when_the_reader_stops()
    {
        var made = 0;
        Assert.Equal(0, OrderedParallel.Ahead(Enumerable.Range(0, int.MaxValue).Select(i => { made++; return i; }), 2, TestContext.Current.CancellationToken).First());
        var after = made;
        Thread.Sleep(50);
        Assert.Equal(after, made);
    }
}
