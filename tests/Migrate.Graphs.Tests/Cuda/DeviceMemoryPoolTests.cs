using Migrate.Native.Cuda;
using Migrate.Testing;

namespace Migrate.Graphs.Tests.Cuda;

/// <summary>Buffers of the GPU, real or emulated: what is counted is what was allocated.</summary>
[Collection(nameof(OneGpu))]
public class DeviceMemoryPoolTests
{
    private static DeviceMemoryPool Pool()
    {
        EmulatedGpu.Require();
        var pool = CudaRuntime.Device.Memory;
        pool.Trim();
        return pool;
    }

    [Theory, InlineData(0, 512), InlineData(512, 512), InlineData(513, 640), InlineData(1024, 1024), InlineData(1025, 1280), InlineData(1L << 30, 1L << 30)]
    public void Sizes_come_in_classes(long bytes, long size) => Assert.Equal(size, DeviceMemoryPool.ClassOf(bytes));

    [Fact]
    public void A_class_wastes_at_most_a_fifth()
    {
        foreach (var bytes in Enumerable.Range(1, 5000).Select(i => 512L + (i * 977)))
        {
            Assert.InRange(DeviceMemoryPool.ClassOf(bytes), bytes, bytes * 5 / 4);
        }
    }

    [Fact]
    public void Accounts_are_exact()
    {
        var pool = Pool();
        var before = pool.Counts;
        using (var first = pool.Rent(1000))
        {
            using var second = pool.Rent(5000);
            Assert.Equal((before.Used + 1024 + 5120, before.Allocations + 2), (pool.Counts.Used, pool.Counts.Allocations));
            Assert.NotEqual(first.Pointer, second.Pointer);
            Assert.Equal((1000, 0), (first.Bytes, first.Pointer % 256));
        }

        Assert.Equal((before.Used, before.Kept + 1024 + 5120), (pool.Counts.Used, pool.Counts.Kept));
        using (pool.Rent(1010))
        {
            Assert.Equal((before.Reuses + 1, before.Allocations + 2), (pool.Counts.Reuses, pool.Counts.Allocations));
        }

        Assert.True(pool.Counts.Peak >= before.Used + 1024 + 5120);
        pool.Trim();
        Assert.Equal(0, pool.Counts.Kept);
    }

    [Fact]
    public void A_buffer_goes_back_once()
    {
        var pool = Pool();
        var used = pool.Counts.Used;
        var buffer = pool.Rent(100);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal((used, 512), (pool.Counts.Used, pool.Counts.Kept));
        Assert.Throws<ObjectDisposedException>(() => buffer.Pointer);
    }

    [Fact]
    public void No_more_is_kept_than_the_limit()
    {
        var pool = Pool();
        var limit = pool.KeepAtMost;
        try
        {
            pool.KeepAtMost = 2000;
            var buffers = Enumerable.Range(0, 4).Select(_ => pool.Rent(1000)).ToArray();
            Array.ForEach(buffers, buffer => buffer.Dispose());
            Assert.Equal(1024, pool.Counts.Kept);
            pool.Rent(5000).Dispose();
            Assert.Equal(1024, pool.Counts.Kept);
        }
        finally
        {
            pool.KeepAtMost = limit;
        }
    }

    [Fact]
    public void Without_memory_what_is_kept_is_freed_and_then_the_failure_told()
    {
        var pool = Pool();
        Assert.SkipUnless(CudaRuntime.Device.IsEmulated, "needs a device whose memory can be limited");
        try
        {
            pool.Rent(1 << 20).Dispose();
            Assert.Equal(1 << 20, pool.Counts.Kept);
            EmulatedGpu.LimitMemory(pool.Counts.Used + (3 << 20));
            using (pool.Rent(5 << 19))
            {
                Assert.Equal(0, pool.Counts.Kept);
                Assert.Contains("CUDA_ERROR_OUT_OF_MEMORY", Assert.Throws<CudaOutOfMemoryException>(() => pool.Rent(1 << 20)).Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            EmulatedGpu.LimitMemory(null);
        }
    }

    [Fact]
    public void Many_threads_never_share_a_buffer()
    {
        var pool = Pool();
        var used = pool.Counts.Used;
        var taken = new System.Collections.Concurrent.ConcurrentDictionary<nint, int>();
        Parallel.For(0, 2000, i =>
        {
            using var buffer = pool.Rent(512 << (i % 3));
            Assert.True(taken.TryAdd(buffer.Pointer, i));
            Assert.True(taken.TryRemove(buffer.Pointer, out _));
        });
        Assert.Equal(used, pool.Counts.Used);
    }
}

/// <summary>Tests that measure or limit the one GPU run one after another.</summary>
[CollectionDefinition(nameof(OneGpu), DisableParallelization = true)]
public class OneGpu;
