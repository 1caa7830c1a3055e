using System.Runtime.InteropServices;

namespace Migrate.Native;

// Mirrors of the structs of interatomic potentials in migrate.h: same order, same types. NativeHandshake compares the sizes when the library loads.

/// <summary>migrate_layer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeLayer
{
    public long Inputs;
    public long Outputs;
    public double* Weights;
    public double* Bias;
}

/// <summary>migrate_m3gnet_spec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeM3GNetSpec
{
    public RowType Type;
    public int BlockCount;
    public int UpdateLayers;
    public int ReadoutLayers;
    public int BondBasis;
    public int ThreeBodyBasis;
    public int SumsAtCentre;
    public int Reserved;
    public long Width;
    public long BondFunctions;
    public long RowCount;
    public double* Embedding;
    public long LayerCount;
    public NativeLayer* Layers;
}

/// <summary>migrate_m3gnet_run.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeM3GNetRun
{
    public long AtomCount;
    public long BondCount;
    public long* Row;
    public long* Begin;
    public long* End;
    public double* Vectors;
    public double* Energy;
    public double* Gradient;
    public void* Workspace;
    public long WorkspaceBytes;
}
