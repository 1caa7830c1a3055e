namespace Migrate.Native.Cuda;

/// <summary>
/// The kernels of the training for one type of rows, queued on the default stream, which is torch's. Each takes as many blocks as have
/// work, but no more than the device holds at a time; results do not depend on it. The context must be current.
/// </summary>
internal sealed class CudaTrainingKernels(CudaDevice device, RowType type)
{
    private const nint TorchStream = 0;

    private readonly Kernel<CudaGateForwardArguments> _gateForward = new(device, type, CudaGateForwardArguments.Launch);
    private readonly Kernel<CudaColumnStatisticsArguments> _columnStatistics = new(device, type, CudaColumnStatisticsArguments.Launch);
    private readonly Kernel<CudaColumnStatisticsArguments> _columnStatisticsMerge = new(device, type, CudaColumnStatisticsArguments.Merge);
    private readonly Kernel<CudaNormSiluArguments> _normSilu = new(device, type, CudaNormSiluArguments.Launch);
    private readonly Kernel<CudaNormSiluBackwardArguments> _normSiluReduce = new(device, type, CudaNormSiluBackwardArguments.Reduce);
    private readonly Kernel<CudaNormSiluBackwardArguments> _normSiluReduceMerge = new(device, type, CudaNormSiluBackwardArguments.Merge);
    private readonly Kernel<CudaNormSiluBackwardArguments> _normSiluBackward = new(device, type, CudaNormSiluBackwardArguments.Launch);
    private readonly Kernel<CudaGateBackwardArguments> _gateBackwardTarget = new(device, type, CudaGateBackwardArguments.Target);
    private readonly Kernel<CudaGateBackwardArguments> _gateBackwardSource = new(device, type, CudaGateBackwardArguments.From);
    private readonly Kernel<CudaSegmentMeanArguments> _segmentMean = new(device, type, CudaSegmentMeanArguments.Launch);
    private readonly Kernel<CudaSegmentMeanBackwardArguments> _segmentMeanBackward = new(device, type, CudaSegmentMeanBackwardArguments.Launch);

    public void GateForward(in CudaGateForwardArguments arguments) =>
        _gateForward.Launch(arguments, BlocksOfRows(arguments.NodeCount, arguments.Channels));

    public void ColumnStatistics(in CudaColumnStatisticsArguments arguments)
    {
        _columnStatistics.Launch(arguments, CudaTrainingLaunch.Pieces(arguments.N));
        _columnStatisticsMerge.Launch(arguments, BlocksOfChannels(arguments.Channels));
    }

    public void NormSilu(in CudaNormSiluArguments arguments) =>
        _normSilu.Launch(arguments, BlocksOfRows(arguments.N, arguments.Channels));

    public void NormSiluReduce(in CudaNormSiluBackwardArguments arguments)
    {
        _normSiluReduce.Launch(arguments, CudaTrainingLaunch.Pieces(arguments.N));
        _normSiluReduceMerge.Launch(arguments, BlocksOfChannels(arguments.Channels));
    }

    public void NormSiluBackward(in CudaNormSiluBackwardArguments arguments) =>
        _normSiluBackward.Launch(arguments, BlocksOfRows(arguments.N, arguments.Channels));

    public void GateBackward(in CudaGateBackwardArguments arguments)
    {
        var blocks = BlocksOfRows(arguments.NodeCount, arguments.Channels);
        _gateBackwardTarget.Launch(arguments, blocks);
        _gateBackwardSource.Launch(arguments, blocks);
    }

    public void SegmentMean(in CudaSegmentMeanArguments arguments) => _segmentMean.Launch(arguments, arguments.Segments);

    public void SegmentMeanBackward(in CudaSegmentMeanBackwardArguments arguments) =>
        _segmentMeanBackward.Launch(arguments, BlocksOfRows(arguments.Rows, arguments.Channels));

    private static long BlocksOfChannels(long channels) =>
        (channels + CudaTrainingLaunch.ChannelsInBlock - 1) / CudaTrainingLaunch.ChannelsInBlock;

    private long BlocksOfRows(long rows, long channels)
    {
        var together = CudaTrainingLaunch.RowsInBlock(channels, type);
        return (rows + together - 1) / together;
    }

    /// <summary>A kernel with its launch description.</summary>
    private sealed class Kernel<TArguments>(CudaDevice device, RowType type, CudaTrainingLaunch launch)
        where TArguments : unmanaged
    {
        private readonly CudaKernel<TArguments> _kernel = new(device, launch.Name(type), CudaTrainingLaunch.Threads);

        public void Launch(in TArguments arguments, long blocksWithWork) => _kernel.Launch(
            arguments, (int)Math.Clamp(blocksWithWork, 1, _kernel.ResidentBlocks(launch.SharedBytes)), TorchStream, launch.SharedBytes);
    }
}
