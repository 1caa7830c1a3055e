using System.Runtime.InteropServices;

namespace Migrate.Native.Cuda;

// Mirrors of native/cuda/training_arguments.hpp: same order, same types. CudaLayout compares the sizes when a module loads.

/// <summary>GateForwardArguments: gates and gated means of an edge-gated convolution.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaGateForwardArguments
{
    public static readonly CudaTrainingLaunch Launch = new("gate_forward");

    public long* RowBegin;
    public long* Source;
    public void* Weight;
    public void* SourceGate;
    public void* TargetGate;
    public void* Message;
    public void* Gate;
    public void* NodeMean;
    public void* Inverse;
    public long NodeCount;
    public long Channels;
}

/// <summary>ColumnStatisticsArguments: mean and variance of every column, of pieces of the rows and then of all.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaColumnStatisticsArguments
{
    public static readonly CudaTrainingLaunch Launch = new("column_statistics", CudaTrainingLaunch.BlockSumBytes);
    public static readonly CudaTrainingLaunch Merge = new("column_statistics_merge");

    public void* Rows;
    public void* Weight;
    public double* Pieces;
    public void* Mean;
    public void* Variance;
    public long N;
    public long Channels;
}

/// <summary>NormSiluArguments: residual + silu(scale rows + shift).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaNormSiluArguments
{
    public static readonly CudaTrainingLaunch Launch = new("norm_silu");

    public void* Rows;
    public void* Residual;
    public void* Scale;
    public void* Shift;
    public void* Out;
    public long N;
    public long Channels;
}

/// <summary>NormSiluBackwardArguments: sums of pieces of the rows, then of all, then the gradient of the rows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaNormSiluBackwardArguments
{
    public static readonly CudaTrainingLaunch Reduce = new("norm_silu_reduce", CudaTrainingLaunch.BlockSumBytes);
    public static readonly CudaTrainingLaunch Merge = new("norm_silu_reduce_merge");
    public static readonly CudaTrainingLaunch Launch = new("norm_silu_backward");

    public void* Grad;
    public void* Rows;
    public void* Weight;
    public void* Mean;
    public void* Inverse;
    public void* Gamma;
    public void* Beta;
    public double* Pieces;
    public void* Sum;
    public void* Dot;
    public void* Out;
    public double Total;
    public long N;
    public long Channels;
}

/// <summary>GateBackwardArguments: first by the targets, then by the sources of the edges.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaGateBackwardArguments
{
    public static readonly CudaTrainingLaunch Target = new("gate_backward_target");
    public static readonly CudaTrainingLaunch From = new("gate_backward_source");

    public CudaNormSiluBackwardArguments Norm;
    public long* RowBegin;
    public long* Source;
    public long* TargetNode;
    public long* OutBegin;
    public long* OutEdge;
    public void* Weight;
    public void* Gate;
    public void* Message;
    public void* NodeMean;
    public void* Inverse;
    public void* GradNodeMean;
    public void* GradSum;
    public void* GradGate;
    public void* GradSourceGate;
    public void* GradTargetGate;
    public void* GradMessage;
    public long NodeCount;
    public long Channels;
}

/// <summary>SegmentMeanArguments: means of runs of rows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaSegmentMeanArguments
{
    public static readonly CudaTrainingLaunch Launch = new("segment_mean", CudaTrainingLaunch.BlockSumBytes);

    public long* Begin;
    public long* Count;
    public void* Values;
    public void* Out;
    public long Segments;
    public long Channels;
}

/// <summary>SegmentMeanBackwardArguments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaSegmentMeanBackwardArguments
{
    public static readonly CudaTrainingLaunch Launch = new("segment_mean_backward");

    public long* Segment;
    public long* Count;
    public void* GradOut;
    public void* GradValues;
    public long Rows;
    public long Channels;
}
