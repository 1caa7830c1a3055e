using Migrate.Graphs.Diagnostics;
using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>The stages of a pass: queued as they are, or, where somebody listens to the events, timed on the device one by one.</summary>
internal sealed class CudaStages : IDisposable
{
    private readonly CudaDevice _device;
    private readonly nint _stream;
    private readonly bool _timed;
    private nint _from, _to;

    /// <param name="device">The device.</param>
    /// <param name="stream">Where the kernels are queued.</param>
    /// <param name="timed">Waits for each stage and reports its time.</param>
    public CudaStages(CudaDevice device, nint stream, bool timed)
    {
        (_device, _stream, _timed) = (device, stream, timed);
        if (timed)
        {
            (_from, _to) = (device.Driver.CreateEvent(), device.Driver.CreateEvent());
        }
    }

    /// <summary>Queues a stage.</summary>
    public void Run(string name, string detail, StageWork work, Action enqueue)
    {
        if (!_timed)
        {
            enqueue();
            return;
        }

        var driver = _device.Driver;
        driver.Record(_from, _stream);
        enqueue();
        driver.Record(_to, _stream);
        driver.Synchronize(_stream);
        MigrateEvents.Log.Report(name, detail, driver.Elapsed(_from, _to) * 1000.0, work);
    }

    public void Dispose()
    {
        if (_timed)
        {
            _device.Driver.DestroyEvent(_from);
            _device.Driver.DestroyEvent(_to);
        }

        (_from, _to) = (0, 0);
    }
}
