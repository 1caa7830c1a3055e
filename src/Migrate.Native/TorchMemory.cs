using System.Runtime.InteropServices;

namespace Migrate.Native;

/// <summary>Where libtorch keeps the numbers of a tensor.</summary>
internal static partial class TorchMemory
{
    /// <summary>Address of a tensor's first element, on whatever device it is.</summary>
    /// <param name="tensor">Handle of a TorchSharp tensor that stays alive while the address is used.</param>
    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    internal static partial nint DataPointer(nint tensor);
}
