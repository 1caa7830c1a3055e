using System.Collections.Concurrent;

namespace Migrate.Graphs;

/// <summary>Work on a stream by several threads, with the results in the order of the stream.</summary>
public static class OrderedParallel
{
    /// <summary>
    /// Applies a function to every item. At most three items a thread are under way or waiting for the reader, so neither a long stream
    /// nor a slow reader fills the memory. An exception of the function is thrown where its result would have come.
    /// </summary>
    /// <param name="items">Enumerated on the calling thread, as the results are read.</param>
    /// <param name="function">Thread-safe.</param>
    /// <param name="workers">Threads; 0 for one per processor.</param>
    /// <param name="cancellation">Stops before the next item.</param>
    public static IEnumerable<TResult> Map<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, TResult> function, int workers = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        return Iterate(items, function, workers == 0 ? Environment.ProcessorCount : workers, cancellation);
    }

    /// <summary>
    /// Enumerates on another thread, ahead of the reader. An exception is thrown where the item would have come; a reader that stops early
    /// stops the other thread, too.
    /// </summary>
    /// <param name="items">Enumerated by one other thread.</param>
    /// <param name="capacity">Items that may wait for the reader, at least 1.</param>
    /// <param name="cancellation">Stops before the next item.</param>
    public static IEnumerable<T> Ahead<T>(IEnumerable<T> items, int capacity, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return IterateAhead(items, capacity, cancellation);
    }

    private static IEnumerable<T> IterateAhead<T>(IEnumerable<T> items, int capacity, CancellationToken cancellation)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var ready = new BlockingCollection<T>(capacity);
        var producer = Task.Factory.StartNew(() => Produce(items, ready, abandoned.Token), TaskCreationOptions.LongRunning);
        try
        {
            foreach (var item in ready.GetConsumingEnumerable(CancellationToken.None))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return item;
            }

            producer.GetAwaiter().GetResult();
            cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            abandoned.Cancel();
            ((IAsyncResult)producer).AsyncWaitHandle.WaitOne();
            _ = producer.Exception;
        }
    }

    private static void Produce<T>(IEnumerable<T> items, BlockingCollection<T> ready, CancellationToken abandoned)
    {
        try
        {
            foreach (var item in items)
            {
                ready.Add(item, abandoned);
            }
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            // The reader has gone, or says so himself.
        }
        finally
        {
            ready.CompleteAdding();
        }
    }

    private static IEnumerable<TResult> Iterate<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, TResult> function, int workers, CancellationToken cancellation)
    {
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, workers).ConcurrentScheduler;
        var underWay = new Queue<Task<TResult>>();
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            foreach (var item in items)
            {
                cancellation.ThrowIfCancellationRequested();
                underWay.Enqueue(
                    Task.Factory.StartNew(() => function(item), abandoned.Token, TaskCreationOptions.DenyChildAttach, scheduler));
                if (underWay.Count >= 3 * workers)
                {
                    yield return underWay.Dequeue().GetAwaiter().GetResult();
                }
            }

            while (underWay.Count > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return underWay.Dequeue().GetAwaiter().GetResult();
            }
        }
        finally
        {
            // The reader stopped early, or an item failed: nothing may still run when this returns.
            abandoned.Cancel();
            foreach (var task in underWay)
            {
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
                _ = task.Exception;
            }
        }
    }
}
