using System.Collections.Concurrent;
using Microsoft.Extensions.ObjectPool;

namespace Migrate.Native.Cuda;

/// <summary>
/// Device buffers by size class, kept for the next one who needs them. Who works on a stream of his own waits for it before he returns a
/// buffer; on the default stream what was queued earlier runs earlier, so there a returned buffer is never in use by two. Bytes kept are limited; when the device
/// has no memory left, everything kept is freed and the allocation tried again. Thread-safe.
/// </summary>
public sealed class DeviceMemoryPool
{
    private const long SmallestClass = 512;

    private readonly CudaDevice _device;
    private readonly ConcurrentDictionary<long, Shelf> _shelves = new();
    private readonly Lock _count = new();
    private long _used, _kept, _peak, _allocations, _reuses;

    internal DeviceMemoryPool(CudaDevice device)
    {
        _device = device;
        KeepAtMost = device.TotalBytes / 2;
    }

    /// <summary>Bytes that may be kept for later: half of the device's memory unless it is set.</summary>
    public long KeepAtMost { get; set; }

    /// <summary>What the pool has handed out and kept, exactly.</summary>
    public DeviceMemoryCounts Counts
    {
        get
        {
            lock (_count)
            {
                return new DeviceMemoryCounts(_used, _kept, _peak, _allocations, _reuses);
            }
        }
    }

    /// <summary>Frees everything that is kept.</summary>
    public void Trim()
    {
        _device.MakeCurrent();
        foreach (var shelf in _shelves.Values)
        {
            while (shelf.TryTake() is { } block)
            {
                Free(block);
            }
        }
    }

    /// <summary>A buffer of at least so many bytes; what is in it is anything.</summary>
    /// <exception cref="CudaOutOfMemoryException">There is not enough memory, even with nothing kept.</exception>
    internal DeviceBuffer Rent(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var size = ClassOf(bytes);
        var shelf = _shelves.GetOrAdd(size, s => new Shelf(this, s));
        var block = shelf.TryTake();
        lock (_count)
        {
            if (block is not null)
            {
                _kept -= size;
                _used += size;
                _reuses++;
            }
        }

        return new DeviceBuffer(this, block ?? Allocate(size), bytes);
    }

    internal void Return(DeviceBlock block)
    {
        lock (_count)
        {
            _used -= block.Bytes;
            _kept += block.Bytes;
        }

        _shelves[block.Bytes].Return(block);
    }

    /// <summary>Sizes between powers of two come in steps of a quarter, so at most a fifth is wasted.</summary>
    internal static long ClassOf(long bytes)
    {
        if (bytes <= SmallestClass)
        {
            return SmallestClass;
        }

        var step = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytes) / 8;
        return (bytes + step - 1) / step * step;
    }

    private DeviceBlock Allocate(long size)
    {
        _device.MakeCurrent();
        nint pointer;
        try
        {
            pointer = _device.Driver.Allocate(size);
        }
        catch (CudaOutOfMemoryException)
        {
            Trim();
            pointer = _device.Driver.Allocate(size);
        }

        lock (_count)
        {
            _used += size;
            _peak = Math.Max(_peak, _used + _kept);
            _allocations++;
        }

        return new DeviceBlock(pointer, size);
    }

    // Of a block that is counted as kept.
    private void Free(DeviceBlock block)
    {
        lock (_count)
        {
            _kept -= block.Bytes;
        }

        _device.MakeCurrent();
        _device.Driver.Free(block.Pointer);
    }

    /// <summary>Blocks of one size.</summary>
    private sealed class Shelf
    {
        private readonly DeviceMemoryPool _owner;
        private readonly DefaultObjectPool<Slot> _pool;

        public Shelf(DeviceMemoryPool owner, long size)
        {
            _owner = owner;
            _pool = new DefaultObjectPool<Slot>(new Policy(owner, size), maximumRetained: int.MaxValue);
        }

        public DeviceBlock? TryTake() => _pool.Get().Block;

        public void Return(DeviceBlock block)
        {
            var slot = new Slot(block);
            _pool.Return(slot);
            if (slot.Refused)
            {
                _owner.Free(block);
            }
        }

        /// <summary>What the object pool holds: a block, or none where there was nothing to take.</summary>
        private sealed class Slot(DeviceBlock? block)
        {
            public DeviceBlock? Block { get; } = block;

            public bool Refused { get; set; }
        }

        /// <summary>Keeps a block as long as the limit on all of them allows it.</summary>
        private sealed class Policy(DeviceMemoryPool owner, long size) : PooledObjectPolicy<Slot>
        {
            public override Slot Create() => new(null);

            public override bool Return(Slot obj)
            {
                lock (owner._count)
                {
                    obj.Refused = owner._kept > owner.KeepAtMost || size > owner.KeepAtMost;
                }

                return !obj.Refused;
            }
        }
    }
}

/// <summary>Bytes and calls of a <see cref="DeviceMemoryPool"/>.</summary>
/// <param name="Used">Bytes that are handed out.</param>
/// <param name="Kept">Bytes that are kept for later.</param>
/// <param name="Peak">Most bytes of both together.</param>
/// <param name="Allocations">Buffers that came from the driver.</param>
/// <param name="Reuses">Buffers that had been kept.</param>
public readonly record struct DeviceMemoryCounts(long Used, long Kept, long Peak, long Allocations, long Reuses);
