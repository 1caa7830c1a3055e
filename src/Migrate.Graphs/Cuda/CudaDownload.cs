using Migrate.Native.Cuda;

namespace Migrate.Graphs.Cuda;

/// <summary>Arrays from the device, waited for.</summary>
internal readonly unsafe struct CudaDownload(CudaDevice device, nint stream)
{
    /// <summary>A copy of an array.</summary>
    public T[] Array<T>(void* from, int count)
        where T : unmanaged
    {
        var values = new T[count];
        if (count > 0)
        {
            fixed (T* to = values)
            {
                device.Driver.CopyToHost(to, (nint)from, (long)count * sizeof(T), stream);
                device.Driver.Synchronize(stream);
            }
        }

        return values;
    }
}
