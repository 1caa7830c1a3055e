using System.Runtime.InteropServices;

namespace Migrate.Native;

// Mirrors of the training structs of migrate.h: same order, same types. NativeHandshake compares the sizes when the library loads.

/// <summary>migrate_gate_forward.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeGateForward
{
    public RowType Type;
    public int Threads;
    public long NodeCount;
    public long EdgeCount;
    public long Channels;
    public long* RowBegin;
    public long* Source;
    public void* Weight;
    public void* Multiplicity;
    public void* SourceGate;
    public void* TargetGate;
    public void* Message;
    public void* Gate;
    public void* NodeMean;
    public void* Inverse;
    public void* Mean;
    public void* Variance;
}

/// <summary>migrate_norm_silu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeNormSilu
{
    public RowType Type;
    public int Threads;
    public long N;
    public long Channels;
    public void* Rows;
    public void* Residual;
    public void* Scale;
    public void* Shift;
    public void* Out;
}

/// <summary>migrate_column_statistics.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeColumnStatistics
{
    public RowType Type;
    public int Threads;
    public long N;
    public long Channels;
    public void* Rows;
    public void* Weight;
    public void* Mean;
    public void* Variance;
}

/// <summary>migrate_norm_silu_backward.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeNormSiluBackward
{
    public RowType Type;
    public int Threads;
    public long N;
    public long Channels;
    public void* Grad;
    public void* Rows;
    public void* Weight;
    public double Total;
    public void* Mean;
    public void* Inverse;
    public void* Gamma;
    public void* Beta;
    public void* Sum;
    public void* Dot;
    public void* Out;
}

/// <summary>migrate_gate_backward.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeGateBackward
{
    public RowType Type;
    public int Threads;
    public long NodeCount;
    public long EdgeCount;
    public long Channels;
    public long* RowBegin;
    public long* Source;
    public long* Target;
    public long* OutBegin;
    public long* OutEdge;
    public void* Weight;
    public NativeNormSiluBackward* Norm;
    public void* Gate;
    public void* Message;
    public void* NodeMean;
    public void* Inverse;
    public void* GradNodeMean;
    public void* GradGate;
    public void* GradSourceGate;
    public void* GradTargetGate;
    public void* GradMessage;
}
