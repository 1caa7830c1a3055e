using Microsoft.Extensions.ObjectPool;

namespace Migrate.Models;

/// <summary>Everything that a pass writes to, kept from batch to batch: the arrays only ever grow to the largest batch.</summary>
internal sealed class PlanBuffers : IDisposable
{
    public AlignedBuffer BondRowBegin { get; } = new();

    public AlignedBuffer BondSource { get; } = new();

    public AlignedBuffer BondWeight { get; } = new();

    public AlignedBuffer BondValue { get; } = new();

    public AlignedBuffer TripletRowBegin { get; } = new();

    public AlignedBuffer TripletSource { get; } = new();

    public AlignedBuffer TripletWeight { get; } = new();

    public AlignedBuffer TripletValue { get; } = new();

    public AlignedBuffer PoolBegin { get; } = new();

    public AlignedBuffer PoolCount { get; } = new();

    public AlignedBuffer Features { get; } = new();

    public AlignedBuffer Atoms { get; } = new();

    public AlignedBuffer Bonds { get; } = new();

    public AlignedBuffer Triplets { get; } = new();

    public AlignedBuffer Gates { get; } = new();

    public AlignedBuffer Head { get; } = new();

    public AlignedBuffer Scratch { get; } = new();

    public AlignedBuffer Workspace { get; } = new();

    /// <summary>Bytes of all of them.</summary>
    public long Bytes => All.Sum(buffer => buffer.Bytes);

    private AlignedBuffer[] All =>
    [
        BondRowBegin, BondSource, BondWeight, BondValue, TripletRowBegin, TripletSource, TripletWeight, TripletValue, PoolBegin,
        PoolCount, Features, Atoms, Bonds, Triplets, Gates, Head, Scratch, Workspace,
    ];

    public void Dispose()
    {
        foreach (var buffer in All)
        {
            buffer.Dispose();
        }
    }

    /// <summary>Keeps returned buffers, but for those that one huge structure made larger than the limit.</summary>
    internal sealed class Policy(long largestKept) : PooledObjectPolicy<PlanBuffers>
    {
        public override PlanBuffers Create() => new();

        public override bool Return(PlanBuffers obj) => obj.Bytes <= largestKept;
    }
}
