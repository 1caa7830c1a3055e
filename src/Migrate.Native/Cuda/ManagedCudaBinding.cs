using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Migrate.Native.Cuda;

/// <summary>Finds the binding over ManagedCuda, which is an assembly of its own that is built on demand.</summary>
internal static class ManagedCudaBinding
{
    private const string Assembly = "Migrate.ManagedCuda", Type = "Migrate.ManagedCuda.ManagedCudaDriver";

    public static ICudaDriver Create()
    {
        // ManagedCuda asks for libcuda.so, which only development packages bring. Where it finds none it gets the file that the
        // program's own binding takes.
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += static (asking, name) =>
            name is "libcuda" or "nvcuda" && asking.GetName().Name!.StartsWith("ManagedCuda", StringComparison.Ordinal)
            && NativeLibrary.TryLoad(NativeResolver.CudaFile, out var driver) ? driver : 0;
        try
        {
            var type = System.Reflection.Assembly.Load(new AssemblyName(Assembly)).GetType(Type);
            if (type is not null)
            {
                return (ICudaDriver)Activator.CreateInstance(type)!;
            }
        }
        catch (FileNotFoundException)
        {
            // Told below.
        }

        throw new PlatformNotSupportedException("this program was built without ManagedCuda; build it with -p:ManagedCuda=true");
    }
}
