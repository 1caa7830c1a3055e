using System.Reflection;

namespace Migrate.Native.Cuda;

/// <summary>Finds the binding over ManagedCuda, which is an assembly of its own that is built on demand.</summary>
internal static class ManagedCudaBinding
{
    private const string Assembly = "Migrate.ManagedCuda", Type = "Migrate.ManagedCuda.ManagedCudaDriver";

    public static ICudaDriver Create()
    {
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
